# What `cmake --install` puts in place: two programs, their data, their pages and
# completions; the target `uninstall` takes the last installation away again.
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

# Man pages and completions.
set(manual ${CMAKE_BINARY_DIR}/doc/manual)
add_custom_command(OUTPUT ${manual}.stamp VERBATIM DEPENDS weir weir-server
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${manual}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${manual}
  COMMAND weir-server --help > ${CMAKE_BINARY_DIR}/doc/weir-server.txt
  COMMAND weir write-manual ${manual} ${CMAKE_BINARY_DIR}/doc/weir-server.txt
  COMMAND ${CMAKE_COMMAND} -E touch ${manual}.stamp)
add_custom_target(manual ALL DEPENDS ${manual}.stamp)
install(DIRECTORY ${manual}/man1 ${manual}/man7 DESTINATION ${CMAKE_INSTALL_MANDIR})
install(DIRECTORY ${manual}/bash/
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
# Where Debian's zsh looks.
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  set(zsh vendor-completions)
else()
  set(zsh site-functions)
endif()
install(DIRECTORY ${manual}/zsh/ DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/${zsh})
install(DIRECTORY ${manual}/fish/
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

add_custom_target(uninstall VERBATIM COMMAND ${CMAKE_COMMAND}
  -D manifest=${CMAKE_BINARY_DIR}/install_manifest.txt
  -P ${CMAKE_CURRENT_LIST_DIR}/uninstall.cmake)
