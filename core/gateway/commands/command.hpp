#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/gate.hpp"
#include "chat/command.hpp"
#include "chat/dialog.hpp"
#include "gateway/context.hpp"
#include "gateway/dialogs/offer.hpp"

namespace dragoman::gateway {
class RoomLists;
}

namespace dragoman::gateway::commands {

class Command;

/// What all commands of a gateway work with; outlives them.
struct Desk {
  Context& context;
  RoomLists& room_lists;
  /// The commands that have not ended: a late answer looks here whether anybody still waits for it.
  std::map<std::uint64_t, Command*> open{};
  std::uint64_t last = 0;
};

/// What a command is begun with.
struct Opening {
  Desk& desk;
  std::string name;  ///< of the command: some are made by one function
  xmpp::Jid asker;   ///< the client
  dialogs::Place place;
  chat::Dialog::Show show;
};

/// A dialog of the gateway itself. A command says a step with one of the functions below, at any time; it is shown at
/// the end of the turn.
class Command : public chat::Dialog {
 public:
  explicit Command(Opening opening);
  ~Command() override;
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  void submit(const chat::Fields&) override {}
  void cancel() override {}

 protected:
  void show(chat::Form form) { say(std::move(form)); }
  void refuse(std::string field, std::string text) {
    say(chat::Refused{Fault::unacceptable, std::move(field), std::move(text)});
  }
  void finish(std::string text, chat::Form result = {}) {
    say(chat::Finished{std::move(text), std::move(result), false});
  }
  void fail(std::string text) { say(chat::Finished{std::move(text), {}, true}); }
  void wait(std::string text) { say(chat::Wait{std::move(text), {}, {}}); }

  /// Asks the network as the asker, connecting them if need be. The command fails with the network's words, unless the
  /// answer is a `Wanted`.
  template <class Wanted>
  void ask(const chat::Command& command, std::function<void(const Wanted&)> answered);
  /// For an answer that may come when this command is over: `answered` is called only before that.
  template <class... Arguments>
  std::function<void(Arguments...)> guarded(std::function<void(Arguments...)> answered);

  Desk& desk() { return opening_.desk; }
  Context& context() { return opening_.desk.context; }
  const xmpp::Jid& asker() const { return opening_.asker; }
  const dialogs::Place& place() const { return opening_.place; }
  const std::string& name() const { return opening_.name; }
  /// The person who asks; there is always one while this lives.
  User& person();
  const std::string& network_name() { return context().network.describe().name; }
  /// Of a network in parts, at the gateway itself: the form has to ask which part is meant.
  bool asks_for_part() { return context().network.in_parts() && place().part.empty(); }
  void add_part_field(chat::Form& form);
  /// The part that the command is for: of its place, else as it was answered.
  std::string part(const chat::Fields& answers) const {
    return place().part.empty() ? answers.get("server") : place().part;
  }
  /// What somebody typed for a room or a person: "#tea", "#tea@irc.example.org", "bob".
  Result<chat::RoomId> read_room(const std::string& typed);
  Result<chat::PersonId> read_person(const std::string& typed);

 private:
  void say(chat::Step step);
  void ask_network(const chat::Command& command, std::function<void(const chat::Answer&)> answered);

  Opening opening_;
  std::uint64_t id_;
  std::optional<chat::Step> step_;
  Gate::Hook soon_;
};

template <class Wanted>
void Command::ask(const chat::Command& command, std::function<void(const Wanted&)> answered) {
  ask_network(command, [this, answered = std::move(answered)](const chat::Answer& answer) {
    if (const auto* wanted = std::get_if<Wanted>(&answer)) return answered(*wanted);
    fail(network_name() + " gave no answer to this.");
  });
}

template <class... Arguments>
std::function<void(Arguments...)> Command::guarded(std::function<void(Arguments...)> answered) {
  return [desk = &opening_.desk, id = id_, answered = std::move(answered)](Arguments... arguments) {
    if (desk->open.contains(id)) answered(arguments...);
  };
}

/// Fields as commands make them.
chat::Field make_field(chat::Field::Kind kind, std::string name, std::string label, std::string description = {},
                       bool required = false);

}  // namespace dragoman::gateway::commands
