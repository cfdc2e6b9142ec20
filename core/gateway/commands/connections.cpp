#include <algorithm>

#include "gateway/commands/makers.hpp"
#include "gateway/user.hpp"
#include "xmpp/timestamps.hpp"

// The connections of people to the servers of a network: to look at, and to end. Nodes and fields are biboumi's.

namespace dragoman::gateway::commands {

namespace {

using Kind = chat::Field::Kind;

constexpr const char* quit_message = "quit-message";

chat::Field parting_words() {
  chat::Field field = make_field(Kind::text, quit_message, "Parting words", "Others there see them");
  field.values = {"leaving"};
  return field;
}

class ConnectionInfo final : public Command {
 public:
  explicit ConnectionInfo(Opening opening) : Command(std::move(opening)) {
    chat::Form table;
    table.title = "Connections";
    table.columns = {make_field(Kind::text, "server", "Server"), make_field(Kind::text, "nick", "Nickname"),
                     make_field(Kind::text, "state", "State"), make_field(Kind::text, "since", "Since"),
                     make_field(Kind::text, "rooms", "Rooms")};
    for (const UplinkOverview& each : person().uplinks()) {
      if (each.state == SessionOverview::State::none || (!place().part.empty() && each.part != place().part)) continue;
      table.rows.push_back({each.name, each.nickname, std::string{to_string(each.state)} + ": " + each.text,
                            xmpp::to_datetime(each.since), std::to_string(each.rooms)});
    }
    if (table.rows.empty()) {
      finish("You are not connected.");
      return;
    }
    finish({}, std::move(table));
  }
};

class DisconnectServer final : public Command {
 public:
  explicit DisconnectServer(Opening opening) : Command(std::move(opening)) {
    chat::Form form;
    form.title = "Disconnect";
    form.instructions = "You leave all rooms there.";
    if (asks_for_part()) {
      chat::Field field = make_field(Kind::choices, "irc-servers", "Servers", {}, true);
      for (const UplinkOverview& each : person().uplinks()) {
        if (each.state != SessionOverview::State::none) field.options.emplace_back(each.part, each.name);
      }
      if (field.options.empty()) {
        fail("You are not connected.");
        return;
      }
      form.fields.push_back(std::move(field));
    } else if (person().session_state() == SessionOverview::State::none) {
      fail("You are not connected.");
      return;
    }
    form.fields.push_back(parting_words());
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    std::vector<std::string> parts{place().part};
    if (asks_for_part()) {
      const auto chosen = answers.all().find("irc-servers");
      parts = chosen == answers.all().end() ? std::vector<std::string>{} : chosen->second;
    }
    std::size_t ended = 0;
    for (const std::string& part : parts) ended += person().leave_part(part, answers.get(quit_message)) ? 1 : 0;
    if (ended == 0) return fail("You are not connected there.");
    finish(ended == 1 ? "The connection was ended." : std::to_string(ended) + " connections were ended.");
  }
};

/// For admins.
class DisconnectUser final : public Command {
 public:
  explicit DisconnectUser(Opening opening) : Command(std::move(opening)) {
    chat::Form form;
    form.title = "Disconnect people";
    form.instructions = "They leave all rooms. They may come back; a ban keeps them away.";
    chat::Field field = make_field(Kind::choices, "jids", "People", {}, true);
    context().each_user([&](const User& each) {
      if (each.session_state() == SessionOverview::State::none) return;
      field.options.emplace_back(each.jid().str(), each.jid().str() + " (" + each.status() + ')');
    });
    std::sort(field.options.begin(), field.options.end());
    if (field.options.empty()) {
      fail("Nobody is connected.");
      return;
    }
    form.fields.push_back(std::move(field));
    chat::Field reason = make_field(Kind::text, quit_message, "Reason", "They are told, their network is not");
    reason.values = {"Disconnected by an administrator of the gateway"};
    form.fields.push_back(std::move(reason));
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    std::size_t ended = 0;
    const auto chosen = answers.all().find("jids");
    if (chosen == answers.all().end()) return fail("Nobody was chosen.");
    for (const std::string& jid : chosen->second) {
      User* known = context().find(jid);
      if (known == nullptr || known->session_state() == SessionOverview::State::none) continue;
      known->log_off(answers.get(quit_message));
      ++ended;
    }
    finish(ended == 1 ? "One person was disconnected." : std::to_string(ended) + " people were disconnected.");
  }
};

}  // namespace

Made make_connection_info(Opening opening) { return std::make_unique<ConnectionInfo>(std::move(opening)); }
Made make_disconnect_server(Opening opening) { return std::make_unique<DisconnectServer>(std::move(opening)); }
Made make_disconnect_user(Opening opening) { return std::make_unique<DisconnectUser>(std::move(opening)); }

}  // namespace dragoman::gateway::commands
