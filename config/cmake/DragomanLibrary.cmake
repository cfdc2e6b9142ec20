# One library a folder: dragoman_library(NAME DEPENDENCIES...) compiles every .cpp of the calling folder into
# dragoman_NAME. The rule test (tests/rules) holds the #include lines against the table of docs/architecture.md.
function(dragoman_library name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(dragoman_${name} STATIC ${sources})
  target_include_directories(dragoman_${name} PUBLIC ${CMAKE_SOURCE_DIR}/core ${CMAKE_SOURCE_DIR})
  target_link_libraries(dragoman_${name} PUBLIC ${ARGN})
endfunction()
