#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backends/irc/config.hpp"
#include "backends/irc/hub.hpp"
#include "chat/network.hpp"

// What one person sets for one server: the fields that users of biboumi know, under its names. They are kept with the
// account (chat::Account::part_settings); passwords apart from them, encrypted.

namespace dragoman::backends::irc {

/// What the operator lets people choose about the way to a server.
struct ServerRules {
  bool way = false;         ///< ports, certificates: not where the gateway has one server, whose operator has said it
  bool unverified = false;  ///< certificates may go unchecked
  std::vector<std::uint16_t> ports;  ///< that may be connected to
  AccountOffer offer{};              ///< how accounts are made there
};
ServerRules rules_of(const Config& of_server, bool several, const AccountOffer& offer = {});

chat::Form server_form(const ServerRules& rules, const chat::Account& account);
/// Fault::unacceptable names the field that cannot be used.
Result<chat::Account> read_server(const ServerRules& rules, const chat::Fields& answers, const chat::Account& account);
/// What the person has set goes before what their account says.
void apply_server_settings(const ServerRules& rules, const chat::Account& account, Login& login);
/// How the person wants to reach the server; what the operator does not allow (any more) is passed over.
Route route_of(const ServerRules& rules, const chat::Account& account);

}  // namespace dragoman::backends::irc
