// Relay: from XMPP to IRC.
#include <utility>

#include "relay.hpp"

namespace limit {

void Relay::stanza() {
  if (stanza_.name == "message") message();
  if (stanza_.name == "presence") presence();
  if (stanza_.name == "iq" && (stanza_.type == "get" || stanza_.type == "set")) refuse_query();
}

void Relay::message() {
  const auto found = users_.find(stanza_.from);
  const std::size_t at = stanza_.to.find('@');
  if (found == users_.end() || stanza_.body.empty() || at == std::string::npos) return;
  User& user = *found->second;
  const auto target = std::string_view(stanza_.to).substr(0, at);
  const std::string_view body = stanza_.body;
  for (std::size_t begin = 0; begin <= body.size();) {
    const std::size_t end = std::min(body.find('\n', begin), body.size());
    const std::string_view text = body.substr(begin, end - begin);
    if (faulty_.active()) {
      send_checked(user, "PRIVMSG " + std::string(target) + " :" + std::string(text));
    } else {
      send_line(user, {"PRIVMSG ", target, " :", text});
    }
    begin = end + 1;
  }
  if (stanza_.type == "groupchat") send_groupchat(user, target, user.nick, stanza_.body, stanza_.id);
}

void Relay::presence() {
  const std::size_t at = stanza_.to.find('@');
  if (at == std::string::npos || stanza_.to[0] != '#') return;
  const std::string channel = stanza_.to.substr(0, at);
  const auto found = users_.find(stanza_.from);
  if (stanza_.type.empty() && stanza_.joins) {
    const std::size_t slash = stanza_.to.find('/');
    const std::string nick = slash == std::string::npos ? "" : stanza_.to.substr(slash + 1);
    User& user = found == users_.end() ? connect(stanza_.from, nick) : *found->second;
    if (user.registered) {
      send_line(user, {"JOIN ", channel});
    } else {
      user.to_join.push_back(channel);
    }
  } else if (stanza_.type == "unavailable" && found != users_.end()) {
    send_line(*found->second, {"PART ", channel});
  }
}

void Relay::refuse_query() {
  std::string& out = xmpp_out();
  out += "<iq type='error' id='";
  escape(out, stanza_.id);
  out += "' from='";
  escape(out, stanza_.to);
  out += "' to='";
  escape(out, stanza_.from);
  out += "'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>";
}

User& Relay::connect(const std::string& full_jid, const std::string& nick) {
  const auto user = std::make_shared<User>(tcp::socket(loop_.io()));
  user->full_jid = full_jid;
  escape(user->full_jid_escaped, full_jid);
  user->nick = nick;
  user->open = false;  // what is said before the connection stands is kept
  user->append({"NICK ", nick, "\r\nUSER ", nick, " 0 * :relay\r\n"});
  users_.emplace(full_jid, user);
  user->socket.async_connect(irc_, [this, user](error_code error) {
    if (error) {
      users_.erase(user->full_jid);
      return;
    }
    bench::tune(user->socket);
    user->open = true;
    loop_.mark(*user);
    read_irc(user);
  });
  return *user;
}

void Relay::send_line(User& user, Parts parts) {
  user.append(parts);
  user.append({"\r\n"});
  loop_.mark(user);
}

void Relay::send_checked(User& user, const std::string& line) {
  const auto send = [&](std::string_view text) { send_line(user, {text}); };
  const auto send_astray = [&](std::string_view text) {
    for (const auto& [jid, other] : users_) {
      if (other.get() == &user) continue;
      send_line(*other, {text});
      return;
    }
  };
  faulty_.pass(line, send, send_astray);
}

}  // namespace limit
