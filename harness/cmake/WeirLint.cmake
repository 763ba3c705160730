# The lints, and a test that each reports what it should.  Run one by hand:
#   python3 harness/cmake/lint/source.py .
if(BUILD_TESTING)
  set(dir ${CMAKE_CURRENT_LIST_DIR}/lint)
  add_test(NAME lint.text
    COMMAND Python3::Interpreter -B ${dir}/text.py ${PROJECT_SOURCE_DIR})
  foreach(lint knots layout)
    add_test(NAME lint.${lint} COMMAND Python3::Interpreter -B ${dir}/${lint}.py
      ${PROJECT_SOURCE_DIR} ${CMAKE_BINARY_DIR})
  endforeach()
  add_test(NAME lint.selftest
    COMMAND Python3::Interpreter -B ${dir}/selftest.py)
  set_tests_properties(lint.text lint.knots lint.layout lint.selftest
    PROPERTIES LABELS lint TIMEOUT 180 SKIP_RETURN_CODE 77)
endif()
