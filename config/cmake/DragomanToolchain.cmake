# Warnings, hardening and link options of every target of ours.
add_compile_options(-Wall -Wextra -Wconversion)
# Files that are compiled together (every preset but dev) see each other's names; dev has the whole warning.
add_compile_options($<IF:$<BOOL:${DRAGOMAN_BATCH}>,-Wshadow=local,-Wshadow>)
# GCC 12 warns about its own std::string (bug 105651): "x" + std::to_string(n) at -O2.
add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
# Optimising, it takes the other alternatives of a moved std::variant (chat::Answer) for uninitialised values.
add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
if(DRAGOMAN_WERROR)
  add_compile_options(-Werror)
endif()
# Boost 1.81: no deprecated Asio, no inline compilation of Asio (net/asio.cpp holds it once).
add_compile_definitions(BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                        BOOST_ASIO_DISABLE_BOOST_COROUTINE)
if(DRAGOMAN_CRASH_POINTS)
  add_compile_definitions(DRAGOMAN_CRASH_POINTS)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  add_compile_options(-fstack-protector-strong)
  add_compile_definitions(_FORTIFY_SOURCE=2)
  add_link_options(-Wl,-z,relro,-z,now)
  # All of it ends in one program: code of a shared library (-fPIC) may not inline what another library could replace.
  add_compile_options(-fPIE)
  add_link_options(-pie)
else()
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # What was compiled in one checkout is known in another: paths are written from the checkout, not from the root.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
