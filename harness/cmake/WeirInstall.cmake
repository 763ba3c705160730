# What `cmake --install` puts in place: two programs and their data.
install(TARGETS weir weir-server RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/weir)
install(DIRECTORY reports/schema reports/page
  DESTINATION ${CMAKE_INSTALL_DATADIR}/weir/reports)
install(FILES README.md LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
