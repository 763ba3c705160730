# A Debian package: `cmake --workflow --preset package` leaves it in
# build/package.  What it depends on is read from the programs.
set(WEIR_MAINTAINER "weir developers <weir@packages.invalid>" CACHE STRING
  "Who answers for the package")
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME weir)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT ${WEIR_MAINTAINER})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGE_DESCRIPTION
"weir holds many event streams at once and counts what arrives, what is lost and
how late; judges whether a stream is right, and names the line of an nginx
configuration that holds it back; searches for the largest load that a server
holds; and tests what must arrive after what.  weir-server is a server to try
it on, which can be told to do wrong.")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS gnuplot-nox)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS nginx)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE
  OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
# What Debian wants beside what is installed elsewhere, too.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_BINARY_DIR}/package.cmake)
set(package ${CMAKE_CURRENT_LIST_DIR}/package)
configure_file(${package}/package.cmake.in ${CMAKE_BINARY_DIR}/package.cmake
  @ONLY)
include(CPack)
