# The lints, each with a test that it reports what it should.  Run one by hand:
#   python3 harness/cmake/lint/source.py .
if(BUILD_TESTING)
  foreach(lint floors source paths)
    set(dir ${CMAKE_CURRENT_LIST_DIR}/lint)
    add_test(NAME lint.${lint}
      COMMAND Python3::Interpreter -B ${dir}/${lint}.py ${PROJECT_SOURCE_DIR})
    add_test(NAME lint.${lint}.selftest
      COMMAND Python3::Interpreter -B ${dir}/selftest.py ${lint})
    set_tests_properties(lint.${lint} lint.${lint}.selftest
      PROPERTIES LABELS lint TIMEOUT 60)
  endforeach()
endif()
