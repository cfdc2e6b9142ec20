# What `cmake --install` puts where, and the .deb that `cpack` makes of it (docs/operating.md).
set(doc_folder ${CMAKE_INSTALL_DATADIR}/doc/dragoman)  # where Debian looks for it, with any prefix

install(TARGETS dragoman RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES config/man/dragoman.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES config/man/dragoman.toml.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES config/completion/dragoman DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES config/irc.toml config/matrix.toml config/webhook.toml config/bridge.toml config/prosody.cfg.lua config/ejabberd.yml config/alerts.yml
              config/grafana.json
        DESTINATION ${doc_folder}/examples)
install(FILES README.md CHANGELOG.md docs/using.md docs/operating.md docs/bridging.md docs/networks/irc.md docs/networks/matrix.md
        docs/networks/webhook.md docs/networks/webhook-formats.md DESTINATION ${doc_folder})
install(FILES LICENSE DESTINATION ${doc_folder} RENAME copyright)

# The unit names the program with the prefix of the installation, which is known only then. Its own folder below the
# prefix is read by systemd for /usr and /usr/local.
install(CODE "
  set(bindir \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\")
  configure_file(${CMAKE_SOURCE_DIR}/config/systemd/dragoman@.service.in
                 ${CMAKE_BINARY_DIR}/generated/dragoman@.service @ONLY)")
install(FILES ${CMAKE_BINARY_DIR}/generated/dragoman@.service DESTINATION lib/systemd/system)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME dragoman)
set(CPACK_PACKAGE_CONTACT "the dragoman authors <dragoman@localhost>" CACHE STRING "Maintainer: of the package")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "gateway between XMPP and other chat networks")
set(CPACK_PACKAGE_DESCRIPTION
    "dragoman joins an XMPP server as an external component (XEP-0114) and turns people and rooms of other networks, IRC
among them, into addresses. Accepted messages are on disk before anything is said about them.
.
dragoman@NAME.service runs the gateway that /etc/dragoman/NAME.toml describes; nothing is started before there is one.")
# The prefix has to be the one of the target while the install rules run, for the unit.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/config/cmake/readable_folders.cmake)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/package)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, init-system-helpers")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "prosody | ejabberd")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${CMAKE_SOURCE_DIR}/config/debian/postinst ${CMAKE_SOURCE_DIR}/config/debian/prerm
    ${CMAKE_SOURCE_DIR}/config/debian/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
