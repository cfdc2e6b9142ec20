# dragoman_batches(OUT NAME SOURCES...): with DRAGOMAN_BATCH, files that include so many of the sources each; without, the
# sources. CMake's own unity builds write absolute paths, so that a compile cache knows nothing in another checkout.
function(dragoman_batches out name)
  if(NOT DRAGOMAN_BATCH)
    set(${out} ${ARGN} PARENT_SCOPE)
    return()
  endif()
  set(batches "")
  set(text "")
  set(files 0)
  foreach(source ${ARGN} end)
    if(NOT source STREQUAL "end")
      file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR} ${source})
      string(APPEND text "#include \"${path}\"\n")
      math(EXPR files "${files} + 1")
    endif()
    if(text AND (source STREQUAL "end" OR files EQUAL DRAGOMAN_BATCH))
      list(LENGTH batches number)
      set(batch ${CMAKE_BINARY_DIR}/generated/batches/${name}_${number}.cpp)
      file(CONFIGURE OUTPUT ${batch} CONTENT "${text}" @ONLY)
      list(APPEND batches ${batch})
      set(text "")
      set(files 0)
    endif()
  endforeach()
  set(${out} ${batches} PARENT_SCOPE)
endfunction()

# One library a folder: dragoman_library(NAME DEPENDENCIES...) compiles every .cpp of the calling folder into
# dragoman_NAME. The rule test (tests/rules) holds the #include lines against the table of docs/architecture.md.
function(dragoman_library name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  dragoman_batches(sources ${name} ${sources})
  add_library(dragoman_${name} STATIC ${sources})
  target_include_directories(dragoman_${name} PUBLIC ${CMAKE_SOURCE_DIR}/core ${CMAKE_SOURCE_DIR})
  target_link_libraries(dragoman_${name} PUBLIC ${ARGN})
endfunction()

# For targets with coroutines: GCC 12 takes their inlined frames for memory of another allocator; and types of an unnamed
# namespace in members of a class for a header's, when files are compiled together.
function(dragoman_awaits target)
  target_compile_options(${target} PRIVATE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete -Wno-subobject-linkage>)
endfunction()
