#include "gateway/commands/command.hpp"

#include <algorithm>

#include "gateway/typed_address.hpp"
#include "gateway/user.hpp"

namespace dragoman::gateway::commands {

Command::Command(Opening opening)
    : opening_(std::move(opening)), id_(++opening_.desk.last), soon_(opening_.desk.context.gate, [this] {
        // The command may be over when this returns, and what it calls with it.
        const auto show = opening_.show;
        const chat::Step step = std::move(*std::exchange(step_, {}));
        show(step);
      }) {
  opening_.desk.open.emplace(id_, this);
}

Command::~Command() {
  opening_.desk.open.erase(id_);
  if (User* known = context().find(asker().bare_view())) known->settle();
}

void Command::say(chat::Step step) {
  step_ = std::move(step);
  soon_.arm();
}

User& Command::person() { return context().user(asker()); }

void Command::ask_network(const chat::Command& command, std::function<void(const chat::Answer&)> answered) {
  std::function<void(const chat::Done*, const chat::Failed*)> ended =
      [this, answered = std::move(answered)](const chat::Done* done, const chat::Failed* failed) {
        if (done != nullptr) return answered(done->answer);
        fail(failed->text.empty() ? network_name() + " refused this." : failed->text);
      };
  person().ask_connected(command, guarded(std::move(ended)));
}

void Command::add_part_field(chat::Form& form) {
  if (!asks_for_part()) return;
  std::vector<std::string> parts = context().network.parts();
  for (const UplinkOverview& each : person().uplinks()) {
    if (std::find(parts.begin(), parts.end(), each.part) == parts.end()) parts.push_back(each.part);
  }
  chat::Field field = make_field(chat::Field::Kind::choice, "server", "Server", {}, true);
  if (parts.empty()) field.kind = chat::Field::Kind::text;  // any, and none is known yet
  for (const std::string& each : parts) field.options.emplace_back(each, context().network.part_name(each));
  form.fields.push_back(std::move(field));
}

Result<chat::RoomId> Command::read_room(const std::string& typed) {
  const auto address = read_typed(context(), typed);
  if (!address) return address.error();
  if (const auto* room = std::get_if<chat::RoomId>(&*address)) return *room;
  // "tea" is a person's name on IRC, but here a room was asked for.
  const bool is_name = context().network.parse(typed).has_value();
  const auto room = context().network.parse('#' + typed);
  if (is_name && room && std::holds_alternative<chat::RoomId>(*room)) return std::get<chat::RoomId>(*room);
  return failure(Fault::unacceptable, "This is not the name of a room of " + network_name() + '.');
}

Result<chat::PersonId> Command::read_person(const std::string& typed) {
  const auto address = read_typed(context(), typed);
  if (!address) return address.error();
  if (const auto* person = std::get_if<chat::PersonId>(&*address)) return *person;
  return failure(Fault::unacceptable, "This is not the name of a person of " + network_name() + '.');
}

chat::Field make_field(chat::Field::Kind kind, std::string name, std::string label, std::string description,
                       bool required) {
  chat::Field field;
  field.kind = kind;
  field.name = std::move(name);
  field.label = std::move(label);
  field.description = std::move(description);
  field.required = required;
  return field;
}

}  // namespace dragoman::gateway::commands
