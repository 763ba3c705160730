# weir_embed(<file> <symbol> <output>)
# Writes <output>, a C source that defines `const char <symbol>[]` with the
# file's bytes, so that installed programs need no data files for it.
function(weir_embed file symbol output)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
  get_filename_component(name ${file} NAME)
  # Bytes above 0x7f would not fit a char.
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT
"/* Generated from @name@. */
extern const unsigned char @symbol@[];
const unsigned char @symbol@[] = {
@hex@0};
")
endfunction()
