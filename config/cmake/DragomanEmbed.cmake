# dragoman_embed(TARGET FOLDER NAMESPACE): the files of FOLDER become a table in TARGET, `NAMESPACE::files()` of
# admin/web_files.hpp. As a script (-P) it writes that table.
if(CMAKE_SCRIPT_MODE_FILE)
  string(REPLACE "|" ";" files "${FILES}")
  set(bytes "")
  set(rows "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME)
    string(MAKE_C_IDENTIFIER ${name} variable)
    file(READ ${file} hex HEX)
    file(SHA256 ${file} hash)
    string(SUBSTRING ${hash} 0 16 hash)
    string(LENGTH "${hex}" digits)
    math(EXPR size "${digits} / 2")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
    string(APPEND bytes "constexpr unsigned char ${variable}[] = {${hex}};\n")
    string(APPEND rows "    {\"/${name}\", \"${hash}\", {reinterpret_cast<const char*>(${variable}), ${size}}},\n")
  endforeach()
  file(WRITE ${OUT} "// Made from ${FOLDER} by config/cmake/DragomanEmbed.cmake.
#include \"admin/web_files.hpp\"

namespace ${NAMESPACE} {

namespace {
${bytes}}  // namespace

const std::vector<File>& files() {
  static const std::vector<File> all{
${rows}  };
  return all;
}

}  // namespace ${NAMESPACE}
")
  return()
endif()

set(DRAGOMAN_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
function(dragoman_embed target folder namespace)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*)
  string(REPLACE ";" "|" list "${files}")
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${folder}_files.cpp)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} "-DFILES=${list}" -DOUT=${out} -DFOLDER=${folder} -DNAMESPACE=${namespace} -P
            ${DRAGOMAN_EMBED_SCRIPT}
    DEPENDS ${files} ${DRAGOMAN_EMBED_SCRIPT}
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
