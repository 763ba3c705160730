# What `cmake --install` puts in place: two programs and their data.
install(TARGETS weir weir-server RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/weir)
install(DIRECTORY reports/schema reports/page
  DESTINATION ${CMAKE_INSTALL_DATADIR}/weir/reports)
install(FILES README.md LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

# Pages that weir writes of itself.
set(pages)
foreach(what checks rules keys)
  string(TOUPPER ${what} name)
  set(page ${CMAKE_BINARY_DIR}/doc/${name}.md)
  add_custom_command(OUTPUT ${page} VERBATIM DEPENDS weir
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/doc
    COMMAND weir list ${what} --markdown > ${page})
  list(APPEND pages ${page})
endforeach()
add_custom_target(pages ALL DEPENDS ${pages})
install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_DOCDIR})
