#include "backends/matrix/config.hpp"

#include <filesystem>
#include <fstream>

#include "backends/matrix/address.hpp"
#include "backends/matrix/api.hpp"

namespace dragoman::backends::matrix {

namespace {

void check_homeserver(Settings& settings, const Config& config) {
  if (config.homeserver.empty()) {
    if (settings.has("homeserver") || (settings.has("any_homeserver") && !config.any_homeserver)) {
      settings.problem("homeserver", "name one, e.g. \"matrix.org\", or leave it out: each person then names theirs");
    }
    return;
  }
  if (config.homeserver.find("://") == std::string::npos) {
    if (is_server_name(config.homeserver)) return;
    return settings.problem("homeserver", "this is neither a URL nor the name of a server, e.g. \"matrix.org\"");
  }
  if (const auto url = parse_base_url(config.homeserver); !url) settings.problem("homeserver", url.error().text);
}

/// The first line of a file that only its owner and group may read.
Secret<std::string> read_password_file(Settings& table) {
  const std::string path = table.path("password_file");
  std::error_code error;
  const auto permissions = std::filesystem::status(path, error).permissions();
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  if (error || line.empty()) {
    table.problem("password_file", "cannot read '" + path + "'; create it with the password in its first line");
  } else if ((permissions & std::filesystem::perms::others_read) != std::filesystem::perms::none) {
    table.problem("password_file", "'" + path + "' is readable by everybody; chmod 640 it");
  }
  return Secret<std::string>{line};
}

RelayAccount read_relay(Settings& settings) {
  RelayAccount relay;
  if (!settings.has("relay")) return relay;
  Settings table = settings.table("relay");
  relay.user_id = table.required("user", "the account that speaks for bridges, e.g. \"@bridge:matrix.org\"");
  if (!relay.user_id.empty() && (!is_user_id(relay.user_id) || !is_server_name(server_in(relay.user_id)))) {
    table.problem("user", "this is not a whole user id, e.g. \"@bridge:matrix.org\"");
  }
  const bool in_file = table.has("password_file");
  if (in_file && table.has("password")) table.problem("password_file", "give password or password_file, not both");
  relay.password = in_file ? read_password_file(table)
                           : Secret<std::string>{table.required("password", "of that account (or password_file)")};
  table.finish();
  return relay;
}

/// A prefix has to be fit for user ids, and something that no name of a person begins with by chance.
bool is_prefix(std::string_view text) {
  return text.size() >= 2 && text.size() <= 32 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") == std::string_view::npos;
}

ServiceConfig read_service(Settings& settings, const Config& config) {
  ServiceConfig service;
  const bool is_name = !config.homeserver.empty() && config.homeserver.find("://") == std::string::npos;
  if (config.homeserver.empty()) settings.problem("homeserver", "an application service needs the homeserver it is of");
  service.server_name =
      is_name ? settings.text("server_name", config.homeserver)
              : settings.required("server_name", "what stands behind the \":\" of its ids, e.g. \"example.org\"");
  if (!service.server_name.empty() && !is_server_name(service.server_name)) {
    settings.problem("server_name", "this is not the name of a server, e.g. \"example.org\"");
  }
  service.registration =
      settings.required("registration",
                        "a file for the tokens, e.g. \"/var/lib/dragoman/matrix-registration.yaml\"; "
                        "dragoman matrix registration makes it");
  service.prefix = settings.text("prefix", "_xmpp_");
  if (!is_prefix(service.prefix)) {
    settings.problem("prefix", "2 to 32 of a-z, 0-9, \".\", \"_\" and \"-\", e.g. \"_xmpp_\"");
  }
  service.push_url = settings.text("push_url");
  if (!service.push_url.empty()) {
    if (const auto url = parse_base_url(service.push_url); !url) settings.problem("push_url", url.error().text);
    while (service.push_url.ends_with('/')) service.push_url.pop_back();
  }
  service.local_accounts = settings.flag("local_accounts", false);
  service.portals = settings.texts("portals", {});
  service.portal_limit = static_cast<std::size_t>(settings.number("portal_limit", 100, 1, 10'000));
  return service;
}

}  // namespace

bool Config::in_clear() const {
  const auto url = parse_base_url(homeserver);
  if (!url || url->tls) return false;
  return url->host != "localhost" && url->host != "::1" && !url->host.starts_with("127.");
}

Config read_config(Settings& settings) {
  Config config;
  config.homeserver = settings.text("homeserver");
  config.any_homeserver = settings.flag("any_homeserver", config.homeserver.empty());
  check_homeserver(settings, config);
  if (settings.choice("mode", "account", {"account", "appservice"}) == "appservice") {
    config.service = read_service(settings, config);
  }
  config.tls.ca_file = settings.path("ca_file");
  config.presence_cap = static_cast<std::size_t>(settings.number("presence_cap", 200, 10, 100'000));
  config.gap_limit = static_cast<std::size_t>(settings.number("gap_limit", 500, 0, 100'000));
  config.threads_inline = settings.choice("threads", "native", {"native", "inline"}) == "inline";
  config.device_name = settings.text("device_name", "XMPP gateway (dragoman)");
  Settings table = settings.table("reconnect");
  config.reconnect_min = table.duration("min", config.reconnect_min);
  config.reconnect_max = table.duration("max", config.reconnect_max);
  if (config.reconnect_min <= Duration{} || config.reconnect_max < config.reconnect_min) {
    settings.problem("reconnect", "min must be above zero and not above max");
  }
  table.finish();
  config.relay = read_relay(settings);
  settings.finish();
  return config;
}

}  // namespace dragoman::backends::matrix
