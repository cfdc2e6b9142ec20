#include "gateway/commands/makers.hpp"
#include "gateway/user.hpp"

// How things are, and to connect anew.

namespace dragoman::gateway::commands {

namespace {

class Status final : public Command {
 public:
  explicit Status(Opening opening) : Command(std::move(opening)) {
    const User& who = person();
    chat::Form form;
    form.title = "Status";
    const auto add = [&form](std::string name, std::string label, std::vector<std::string> values) {
      form.fields.push_back(make_field(chat::Field::Kind::text, std::move(name), std::move(label)));
      form.fields.back().values = std::move(values);
    };
    add("connection", "Connection", {who.status()});
    add("account", "Account", {who.registered() ? who.account().nickname : "not registered"});
    if (!context().network.in_parts() && !who.nickname().empty()) add("nickname", "Nickname", {who.nickname()});
    std::vector<std::string> rooms;
    who.each_room([&](const Room& room) { rooms.push_back(room.address()); });
    if (!rooms.empty()) {
      add("rooms", "Rooms", std::move(rooms));
      form.fields.back().kind = chat::Field::Kind::addresses;
    }
    if (who.subscriptions().size() > 0) add("contacts", "Contacts", {std::to_string(who.subscriptions().size())});
    if (who.sent().queue().size() > 0)
      add("waiting", "Messages that wait", {std::to_string(who.sent().queue().size())});
    finish({}, std::move(form));
  }
};

class Reconnect final : public Command {
 public:
  explicit Reconnect(Opening opening) : Command(std::move(opening)) {
    if (asks_for_part()) {
      for (const UplinkOverview& each : person().uplinks()) person().reconnect(each.part);
      finish(person().status());
      return;
    }
    const std::string& part = place().part;
    person().reconnect(part);
    // What is asked behind it is answered when the connection stands.
    std::function<void(const chat::Done*, const chat::Failed*)> connected = [this](const chat::Done* done,
                                                                                   const chat::Failed* failed) {
      // The question itself does not matter: a network that has no such thing is connected too.
      if (done != nullptr || failed->fault == Fault::unsupported) return finish(person().status());
      fail(failed->text);
    };
    person().ask_connected(chat::Ping{{}, part}, guarded(std::move(connected)));
  }
};

}  // namespace

Made make_status(Opening opening) { return std::make_unique<Status>(std::move(opening)); }
Made make_reconnect(Opening opening) { return std::make_unique<Reconnect>(std::move(opening)); }

}  // namespace dragoman::gateway::commands
