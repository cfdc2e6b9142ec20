#include "verbs/matterbridge_text.hpp"

#include <set>
#include <vector>

#include "base/text.hpp"
#include "base/toml_text.hpp"
#include "bridge/pattern.hpp"

namespace dragoman::verbs {

namespace {

using Room = MatterbridgeGateway::Room;
using Rule = MatterbridgeGateway::Rule;

constexpr std::size_t longest_name = 32;

std::string key_line(const char* key, const std::string& value) {
  return value.empty() ? std::string{} : "  " + std::string{key} + " = " + toml_quoted(value) + '\n';
}

class Writing {
 public:
  Writing(const Matterbridge& theirs, const std::string& file, const std::map<std::string, std::string>& domains)
      : theirs_(theirs), file_(file), domains_(domains) {}

  std::string write() {
    std::string bridges;
    for (const MatterbridgeGateway& each : theirs_.gateways) bridges += bridge(each);
    std::string head = "# The bridges of " + file_ + ", for the file that has the [[network]] tables.\n";
    for (const auto& [account, domain] : made_up_) {
      head += "# To be put right: no [[network]] is known for " + account + "; " + domain + " stands in its place.\n";
    }
    for (const MatterbridgeNote& each : theirs_.notes) head += comment(each.line, each.text);
    return head + bridges;
  }

 private:
  std::string comment(std::uint32_t line, const std::string& text) const {
    return "# " + file_ + ':' + std::to_string(line) + ": " + text::without_controls(text, false) + '\n';
  }

  /// a-z, 0-9, - and _, at most 32, and each once.
  std::string name_of(const std::string& theirs) {
    std::string base;
    for (const char c : text::ascii_lower(theirs)) {
      const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
      if (fits) base += c;
      if (!fits && !base.empty() && base.back() != '-') base += '-';
    }
    while (base.ends_with('-')) base.pop_back();
    base = base.empty() ? "bridge" : base.substr(0, longest_name - 4);
    std::string name = base;
    for (int number = 2; !names_.insert(name).second; ++number) name = base + '-' + std::to_string(number);
    return name;
  }

  std::string address_of(const Room& room) {
    const MatterbridgeAccount& account = *theirs_.account(room.account);
    if (account.protocol == "xmpp") {
      return room.channel.find('@') != std::string::npos ? room.channel : room.channel + '@' + account.muc;
    }
    const auto known = domains_.find(room.account);
    if (known != domains_.end()) return room.channel + '@' + known->second;
    const std::string name = account.name.substr(account.name.find('.') + 1);
    const std::string domain = name + '.' + account.protocol + ".example.org";
    made_up_[room.account] = domain;
    return room.channel + '@' + domain;
  }

  std::string leg(const Room& room, const std::string& address) const {
    std::string text = "\n  [[bridge.leg]]  # " + file_ + ':' + std::to_string(room.line) + '\n';
    text += key_line("room", address) + key_line("label", room.label) + key_line("nick", room.nickname);
    if (!room.in || !room.out) text += key_line("direction", room.in ? "in" : "out");
    return text + key_line("relay_format", room.format);
  }

  std::string rule(const Rule& rule, const std::string& address) const {
    for (const std::string* regex : {&rule.nick, &rule.text}) {
      if (regex->empty() || bridge::Pattern::compile(*regex)) continue;
      return comment(rule.line, "an expression that is not known here is left out");
    }
    std::string text = "\n  [[bridge.rule]]  # " + file_ + ':' + std::to_string(rule.line) + '\n';
    text += key_line("from", address) + key_line("nick", rule.nick) + key_line("text", rule.text);
    text += key_line("action", rule.action) + key_line("with", rule.with);
    return rule.next ? text + "  next = true\n" : text;
  }

  std::string bridge(const MatterbridgeGateway& gateway) {
    std::vector<std::pair<const Room*, std::string>> rooms;
    std::string comments;
    for (const Room& room : gateway.rooms) {
      const std::string address = address_of(room);
      if (places_.insert(text::ascii_lower(address)).second) {
        rooms.emplace_back(&room, address);
      } else {
        comments += comment(room.line, address + " is in a bridge above already, and a room is in one only: left out");
      }
    }
    if (rooms.size() < 2) {
      return '\n' + comments + comment(gateway.line, "the gateway " + gateway.name + " has fewer than two rooms left");
    }
    std::string text = "\n[[bridge]]  # " + file_ + ':' + std::to_string(gateway.line) + '\n' + comments;
    text += "name = " + toml_quoted(name_of(gateway.name)) + '\n';
    if (!gateway.enabled) text += "enabled = false\n";
    if (gateway.tells_who_comes) text += "status = \"summary\"\n";
    for (const auto& [room, address] : rooms) text += leg(*room, address);
    for (const Rule& each : gateway.rules) {
      for (const auto& [room, address] : rooms) {
        if (room->account == each.account) text += rule(each, address);
      }
    }
    return text;
  }

  const Matterbridge& theirs_;
  const std::string& file_;
  const std::map<std::string, std::string>& domains_;
  std::set<std::string> names_, places_;
  std::map<std::string, std::string> made_up_;
};

}  // namespace

std::string bridges_text(const Matterbridge& theirs, const std::string& file,
                         const std::map<std::string, std::string>& domains) {
  return Writing{theirs, file, domains}.write();
}

}  // namespace dragoman::verbs
