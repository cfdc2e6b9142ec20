#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "backends/irc/account_registration.hpp"
#include "backends/irc/encodings.hpp"
#include "backends/irc/sasl.hpp"
#include "backends/irc/source.hpp"
#include "backends/irc/state.hpp"
#include "backends/irc/webirc.hpp"
#include "base/settings.hpp"
#include "chat/network.hpp"
#include "net/connect.hpp"

namespace dragoman::backends::irc {

/// One of several servers of one gateway.
struct Listed {
  net::Endpoint server;
  bool tls = true;
  bool operator==(const Listed&) const = default;
};

inline constexpr const char* default_realname_template = "{nick}";

/// `[network.irc]`, docs/networks/irc.md.
struct Config {
  /// Instead of `server`: these, and with `any_server` all others that people name, at public addresses only.
  std::vector<Listed> networks;
  bool any_server = false;
  std::size_t most_networks = 5;  ///< that are not listed, a person at a time
  bool in_parts() const { return any_server || !networks.empty(); }

  net::Endpoint server;
  bool public_only = false;  ///< nothing but a public address is connected to
  bool tls = true;
  net::TlsOptions tls_options;
  Encodings encodings;
  std::map<std::string, Encodings> encodings_of;  ///< of single servers, before those, by host
  Duration reconnect_min = std::chrono::seconds{1};
  Duration reconnect_max = std::chrono::minutes{5};
  Shared::Flood flood;
  bool rename_when_taken = true;
  Shared::Lines lines;
  bool formatting = true;
  Shared::Ctcp ctcp;
  bool typing_in_channels = false;
  WebIrc webirc;
  std::optional<net::Endpoint> identd;  ///< where servers may ask who is behind a connection
  Sources sources;
  std::string realname_template{default_realname_template};  ///< of people who chose none
  const ServicesDialect* services = nullptr;                 ///< nullptr: none are spoken to
  std::vector<std::string> mechanisms;                       ///< of SASL, for people; empty: all
  bool passwords_in_clear = false;                           ///< to any server
  bool may_skip_verification = false;                        ///< people may choose that a certificate is not checked
  bool clear_allowed = true;                                 ///< passwords may go over a link without TLS
  /// The account of the bots that bridge rooms.
  struct Bot {
    std::string nickname, username, realname;
    Secret<std::string> password;  ///< of the server
    SaslLogin sasl;
  } bot;
};

/// Whether this is a name or address of this machine itself.
bool is_loopback(std::string_view host);

/// The configuration of one server of several.
Config config_for(const Config& config, const Listed& server, bool is_listed);

/// Notes what is wrong in the settings.
Config read_config(Settings& settings);

/// For the person: what services have to be told of their certificate, or how to have one.
chat::Finished tell_certificate(const chat::Account& account);

chat::Form account_form(const chat::Account& account, const AccountOffer& offer = {});
/// Fault::unacceptable names the field that cannot be used.
Result<chat::Account> read_account(const chat::Fields& answers, const chat::Account& account,
                                   const AccountOffer& offer = {});

}  // namespace dragoman::backends::irc
