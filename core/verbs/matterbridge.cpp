#include "verbs/matterbridge.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"

namespace dragoman::verbs {

namespace {

constexpr std::array<std::string_view, 3> our_protocols{"irc", "xmpp", "matrix"};

/// What is said about the connection itself: in [[network]] of ours.
constexpr std::array<std::string_view, 29> of_connection{"Server",
                                                         "Login",
                                                         "Password",
                                                         "Token",
                                                         "MxID",
                                                         "Jid",
                                                         "Muc",
                                                         "Nick",
                                                         "NickServNick",
                                                         "NickServPassword",
                                                         "NickServUsername",
                                                         "UseTLS",
                                                         "UseSASL",
                                                         "SkipTLSVerify",
                                                         "NoTLS",
                                                         "Charset",
                                                         "Bind",
                                                         "TLSClientCertificate",
                                                         "TLSClientKey",
                                                         "Anonymous",
                                                         "Mechanism",
                                                         "RealName",
                                                         "UserName",
                                                         "JoinDelay",
                                                         "RejoinDelay",
                                                         "PingDelay",
                                                         "MessageDelay",
                                                         "MessageQueue",
                                                         "MessageLength"};
/// What is read below.
constexpr std::array<std::string_view, 7> of_bridges{
    "RemoteNickFormat", "IgnoreNicks", "IgnoreMessages", "ReplaceMessages", "ReplaceNicks", "Label", "ShowJoinPart"};

template <class List>
bool is_in(const List& list, std::string_view key) {
  return std::find(list.begin(), list.end(), key) != list.end();
}

/// "irc.libera.chat:6697", "https://matrix.org/" -> the host.
std::string host_of(std::string_view server) {
  if (const auto scheme = server.find("://"); scheme != std::string_view::npos) server.remove_prefix(scheme + 3);
  return text::ascii_lower(server.substr(0, server.find_first_of(":/")));
}

/// Their RemoteNickFormat as our relay_format.
std::string format_of(std::string_view theirs, const std::string& gateway) {
  static const std::vector<std::pair<std::string_view, std::string>> names{
      {"{NICK}", "{nick}"},   {"{NOPINGNICK}", "{nick_noping}"}, {"{PROTOCOL}", "{network}"}, {"{BRIDGE}", "{network}"},
      {"{LABEL}", "{label}"}, {"{CHANNEL}", "{room}"},           {"{USERID}", "{user_id}"},   {"{GATEWAY}", {}},
      {"{TENGO}", {}}};
  std::string ours;
  while (!theirs.empty()) {
    const auto known =
        std::find_if(names.begin(), names.end(), [theirs](const auto& each) { return theirs.starts_with(each.first); });
    if (known != names.end()) {
      ours += known->first == "{GATEWAY}" ? gateway : known->second;
      theirs.remove_prefix(known->first.size());
      continue;
    }
    if (theirs.front() == '{') ours += '{';  // one of its own is doubled
    ours += theirs.front();
    theirs.remove_prefix(1);
  }
  return ours;
}

/// Their list of expressions with spaces between as one.
std::string any_of_them(std::string_view list) {
  std::string regex;
  for (const std::string_view each : text::split(list, ' ')) {
    if (!each.empty()) regex += (regex.empty() ? "" : "|") + ("(?:" + std::string{each} + ')');
  }
  return regex;
}

/// "${1}" of Go is "$1" of ours.
std::string with_of(std::string_view theirs) {
  std::string ours;
  for (std::size_t i = 0; i < theirs.size(); ++i) {
    const auto end = theirs.substr(i).starts_with("${") ? theirs.find('}', i) : std::string_view::npos;
    if (end == std::string_view::npos) {
      ours += theirs[i];
      continue;
    }
    ours += '$' + std::string{theirs.substr(i + 2, end - i - 2)};
    i = end;
  }
  return ours;
}

class Reading {
 public:
  explicit Reading(const TomlTree& file) : file_(file) {}

  Matterbridge read() {
    for (const auto& [key, value] : file_.entries) {
      if (key == "gateway" || key == "samechannelgateway") continue;
      if (key == "general") {
        read_general(value);
      } else if (value.kind != TomlTree::Kind::table) {
        note(value, key + " has no counterpart");
      } else {
        for (const auto& [name, account] : value.entries) read_account(key, name, account);
      }
    }
    for (const TomlTree& each : file_.at("gateway").items) read_gateway(each);
    for (const TomlTree& each : file_.at("samechannelgateway").items) read_same_channel(each);
    std::stable_sort(read_.notes.begin(), read_.notes.end(),
                     [](const auto& a, const auto& b) { return a.line < b.line; });
    return std::move(read_);
  }

 private:
  void note(const TomlTree& where, std::string text) { read_.notes.push_back({where.line, std::move(text)}); }

  void read_general(const TomlTree& general) {
    for (const auto& [key, value] : general.entries) {
      if (!is_in(of_bridges, key)) note(value, "general: " + key + " has no counterpart");
    }
  }

  void read_account(const std::string& protocol, const std::string& name, const TomlTree& account) {
    const std::string whole = protocol + '.' + name;
    if (!is_in(our_protocols, protocol)) {
      return note(account, whole + ": this gateway has no network of that kind, its rooms are left out");
    }
    read_.accounts.push_back({whole, protocol, host_of(account.at("Server").text), account.at("Muc").text});
    for (const auto& [key, value] : account.entries) {
      if (!is_in(of_connection, key) && !is_in(of_bridges, key))
        note(value, whole + ": " + key + " has no counterpart");
    }
  }

  const TomlTree& account(const std::string& name) const {
    const auto dot = name.find('.');
    if (dot == std::string::npos) return file_.at(name);
    return file_.at(name.substr(0, dot)).at(name.substr(dot + 1));
  }
  /// Of the account, else of all.
  const TomlTree& setting(const std::string& account_name, std::string_view key) const {
    const TomlTree& own = account(account_name).at(key);
    return own.empty() ? file_.at("general").at(key) : own;
  }

  void add_room(MatterbridgeGateway& gateway, const std::string& account_name, const TomlTree& channel, bool in,
                bool out, const TomlTree& options) {
    const auto same = [&](const MatterbridgeGateway::Room& each) {
      return each.account == account_name && each.channel == channel.text;
    };
    const auto known = std::find_if(gateway.rooms.begin(), gateway.rooms.end(), same);
    if (known != gateway.rooms.end()) {
      known->in = known->in || in;
      known->out = known->out || out;
      return;
    }
    if (read_.account(account_name) == nullptr) {
      return note(channel, gateway.name + ": a room of " + account_name + " is left out");
    }
    MatterbridgeGateway::Room room{account_name, channel.text, in, out, {}, {}, {}, channel.line};
    room.label = options.at("label").text;
    if (room.label.empty()) room.label = account(account_name).at("Label").text;
    room.nickname = account(account_name).at("Nick").text;
    const TomlTree& format = setting(account_name, "RemoteNickFormat");
    if (format.text.find("{TENGO}") != std::string::npos) note(format, "{TENGO} has no counterpart");
    room.format = format_of(format.text, gateway.name);
    for (const auto& [key, value] : options.entries) {
      if (key == "key")
        note(value, gateway.name + ": the key of the room is not copied; it is `password` of the leg");
      else if (key != "label")
        note(value, gateway.name + ": the option " + key + " has no counterpart");
    }
    gateway.tells_who_comes = gateway.tells_who_comes || setting(account_name, "ShowJoinPart").flag;
    gateway.rooms.push_back(std::move(room));
  }

  void add_rules(MatterbridgeGateway& gateway) {
    std::set<std::string> seen;
    std::vector<MatterbridgeGateway::Rule> changes;
    for (const auto& room : gateway.rooms) {
      if (!room.in || !seen.insert(room.account).second) continue;
      const auto add_drop = [&](const char* key, std::string MatterbridgeGateway::Rule::*field) {
        const TomlTree& list = setting(room.account, key);
        MatterbridgeGateway::Rule rule{"drop", room.account, {}, {}, {}, false, list.line};
        rule.*field = any_of_them(list.text);
        if (!(rule.*field).empty()) gateway.rules.push_back(std::move(rule));
      };
      add_drop("IgnoreNicks", &MatterbridgeGateway::Rule::nick);
      add_drop("IgnoreMessages", &MatterbridgeGateway::Rule::text);
      const auto add_changes = [&](const char* key, const char* action, std::string MatterbridgeGateway::Rule::*field) {
        for (const TomlTree& pair : setting(room.account, key).items) {
          if (pair.items.size() != 2) {
            note(pair, std::string{key} + " has an item that is no pair");
            continue;
          }
          MatterbridgeGateway::Rule rule{action, room.account, {}, {}, with_of(pair.items[1].text), true, pair.line};
          rule.*field = pair.items[0].text;
          changes.push_back(std::move(rule));
        }
      };
      add_changes("ReplaceNicks", "rename", &MatterbridgeGateway::Rule::nick);
      add_changes("ReplaceMessages", "replace", &MatterbridgeGateway::Rule::text);
    }
    gateway.rules.insert(gateway.rules.end(), changes.begin(), changes.end());
  }

  static MatterbridgeGateway begin(const TomlTree& table) {
    MatterbridgeGateway gateway;
    gateway.name = table.at("name").text;
    gateway.enabled = table.at("enable").flag;
    gateway.line = table.line;
    return gateway;
  }

  void read_gateway(const TomlTree& table) {
    MatterbridgeGateway gateway = begin(table);
    for (const auto& [key, value] : table.entries) {
      if (key == "name" || key == "enable") continue;
      if (key != "in" && key != "out" && key != "inout") {
        note(value, gateway.name + ": " + key + " has no counterpart");
        continue;
      }
      for (const TomlTree& each : value.items) {
        add_room(gateway, each.at("account").text, each.at("channel"), key != "out", key != "in", each.at("options"));
      }
    }
    add_rules(gateway);
    read_.gateways.push_back(std::move(gateway));
  }

  /// The same channel on all accounts: a bridge each.
  void read_same_channel(const TomlTree& table) {
    for (const TomlTree& channel : table.at("channels").items) {
      MatterbridgeGateway gateway = begin(table);
      gateway.name += '-' + channel.text;
      gateway.line = channel.line;
      for (const TomlTree& each : table.at("accounts").items) add_room(gateway, each.text, channel, true, true, {});
      add_rules(gateway);
      read_.gateways.push_back(std::move(gateway));
    }
  }

  const TomlTree& file_;
  Matterbridge read_;
};

}  // namespace

const MatterbridgeAccount* Matterbridge::account(std::string_view name) const {
  const auto found =
      std::find_if(accounts.begin(), accounts.end(), [name](const auto& each) { return each.name == name; });
  return found == accounts.end() ? nullptr : &*found;
}

Matterbridge read_matterbridge(const TomlTree& file) { return Reading{file}.read(); }

}  // namespace dragoman::verbs
