# The few building blocks every folder uses.  One INTERFACE target carries all
# flags; nothing in the project sets CMAKE_C_FLAGS.
add_library(weir_flags INTERFACE)
# Where programs that were not installed find what they read.
set(source_folder ${PROJECT_SOURCE_DIR})
if(WEIR_PACKAGE)
  set(source_folder ${CMAKE_INSTALL_FULL_DATADIR}/weir)
endif()
target_compile_definitions(weir_flags INTERFACE _GNU_SOURCE
  WEIR_VERSION="${PROJECT_VERSION}"
  WEIR_DATADIR="${CMAKE_INSTALL_FULL_DATADIR}/weir"
  WEIR_SOURCE_DIR="${source_folder}"
  $<$<BOOL:${WEIR_NO_ASSERT}>:WEIR_NO_ASSERT>)
target_compile_options(weir_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow
  -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wundef
  $<$<BOOL:${WEIR_WERROR}>:-Werror>)
if(WEIR_SANITIZE)
  target_compile_options(weir_flags INTERFACE -fsanitize=${WEIR_SANITIZE}
    -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  target_link_options(weir_flags INTERFACE -fsanitize=${WEIR_SANITIZE})
endif()

# weir_floor(<name> SOURCES a.c b.c USES <lower floors...> LINKS <external...>)
# One static library per floor.  Sources are relative to the floor's folder.
function(weir_floor name)
  cmake_parse_arguments(A "" "" "SOURCES;USES;LINKS" ${ARGN})
  add_library(weir_${name} STATIC ${A_SOURCES})
  list(TRANSFORM A_USES PREPEND weir_)
  target_include_directories(weir_${name} PUBLIC ${PROJECT_SOURCE_DIR}/harness)
  target_link_libraries(weir_${name} PUBLIC ${A_USES} ${A_LINKS} PRIVATE weir_flags)
endfunction()

# weir_test(<file>_test.c USES <floors...> LINKS <external...>)
# A cmocka program beside the code it tests; CTest name unit.<floor>.<stem>.
function(weir_test file)
  if(NOT BUILD_TESTING)
    return()
  endif()
  cmake_parse_arguments(A "" "" "SOURCES;USES;LINKS" ${ARGN})
  get_filename_component(stem ${file} NAME_WE)
  get_filename_component(floor ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  if(CMAKE_CURRENT_SOURCE_DIR MATCHES "/harness/([^/]+)/")
    set(floor ${CMAKE_MATCH_1}) # a folder of that floor
  endif()
  add_executable(${floor}_${stem} ${file} ${A_SOURCES})
  list(TRANSFORM A_USES PREPEND weir_)
  target_link_libraries(${floor}_${stem} PRIVATE ${A_USES} ${A_LINKS} weir_flags
    PkgConfig::CMOCKA)
  set_target_properties(${floor}_${stem} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME unit.${floor}.${stem} COMMAND ${floor}_${stem})
  # Sanitizers take up to eight times as long.
  set(seconds 60)
  if(WEIR_SANITIZE)
    set(seconds 240)
  endif()
  set_tests_properties(unit.${floor}.${stem} PROPERTIES TIMEOUT ${seconds}
    LABELS unit SKIP_RETURN_CODE 77)
endfunction()

# weir_fuzz(<file>_fuzz.c USES <floors...> [DICT file] [SEEDS folders...]): a
# libFuzzer program where WEIR_FUZZ is on, and the test fuzz.<file>, which runs
# it for WEIR_FUZZ_SECONDS.  The floors' sources are compiled into it once more,
# so that coverage guides the search; what it finds new stays in the build
# folder's corpus/.
function(weir_fuzz file)
  if(NOT WEIR_FUZZ)
    return()
  endif()
  cmake_parse_arguments(A "" "DICT" "SOURCES;USES;LINKS;SEEDS" ${ARGN})
  get_filename_component(stem ${file} NAME_WE)
  add_executable(${stem} ${file} ${A_SOURCES})
  list(TRANSFORM A_USES PREPEND weir_)
  target_include_directories(${stem} PRIVATE ${PROJECT_SOURCE_DIR}/harness
    ${CMAKE_CURRENT_SOURCE_DIR})
  target_compile_options(${stem} PRIVATE -fsanitize=fuzzer,address,undefined -g)
  target_link_options(${stem} PRIVATE -fsanitize=fuzzer,address,undefined)
  target_link_libraries(${stem} PRIVATE ${A_USES} ${A_LINKS} weir_flags)
  set_target_properties(${stem} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  set(corpus ${CMAKE_BINARY_DIR}/corpus/${stem})
  file(MAKE_DIRECTORY ${corpus})
  if(A_DICT)
    set(A_DICT -dict=${CMAKE_CURRENT_SOURCE_DIR}/${A_DICT})
  endif()
  math(EXPR limit "${WEIR_FUZZ_SECONDS} + 120")
  add_test(NAME fuzz.${stem} COMMAND ${stem}
    -max_total_time=${WEIR_FUZZ_SECONDS} -timeout=10 -rss_limit_mb=2048
    -artifact_prefix=${corpus}- ${A_DICT} ${corpus} ${A_SEEDS})
  set_tests_properties(fuzz.${stem} PROPERTIES LABELS fuzz TIMEOUT ${limit})
endfunction()
