# The lints, each with a test that it reports what it should.  Run one by hand:
#   python3 harness/cmake/lint/source.py .
if(BUILD_TESTING)
  foreach(lint floors source paths private uses names knots)
    set(dir ${CMAKE_CURRENT_LIST_DIR}/lint)
    set(build)
    if(lint STREQUAL knots)
      set(build ${CMAKE_BINARY_DIR})
    endif()
    add_test(NAME lint.${lint} COMMAND Python3::Interpreter -B ${dir}/${lint}.py
      ${PROJECT_SOURCE_DIR} ${build})
    add_test(NAME lint.${lint}.selftest
      COMMAND Python3::Interpreter -B ${dir}/selftest.py ${lint})
    set_tests_properties(lint.${lint} lint.${lint}.selftest
      PROPERTIES LABELS lint TIMEOUT 60)
  endforeach()
endif()
