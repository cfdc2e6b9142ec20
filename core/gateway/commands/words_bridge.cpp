#include "base/log.hpp"
#include "base/text.hpp"
#include "gateway/commands/bridge_desk.hpp"
#include "gateway/commands/words.hpp"
#include "gateway/context.hpp"

// Bridges: bots that tie rooms together.

namespace dragoman::gateway::commands {

namespace {

/// The bridges of the program, or an error for who asks.
Result<BridgeDesk*> desk_of(const Context& context) {
  if (context.bridges != nullptr) return context.bridges;
  return failure(Fault::not_found, "There are no bridges.");
}

/// All of a field that takes several: a form has a line for each, what is written has spaces between them.
std::vector<std::string> words_in(const chat::Fields& fields, const std::string& name) {
  std::vector<std::string> words;
  const auto values = fields.all().find(name);
  if (values == fields.all().end()) return words;
  for (const std::string& line : values->second) {
    for (const std::string_view each : text::split(line, ' ')) {
      if (!text::trim(each).empty()) words.emplace_back(text::trim(each));
    }
  }
  return words;
}

}  // namespace

void list_bridges(Call call) {
  const auto desk = desk_of(call.context);
  if (!desk) return call.answer(desk.error());
  call.answer((*desk)->list());
}

void make_bridge(Call call) {
  const auto desk = desk_of(call.context);
  if (!desk) return call.answer(desk.error());
  const chat::Fields& with = call.arguments;
  const std::vector<std::string> rooms = words_in(with, "rooms");
  call.answer((*desk)->make(with.get("bridge"), rooms, with.get("nick"), with.get("via"), call.by));
}

void remove_bridge(Call call) {
  const auto desk = desk_of(call.context);
  if (!desk) return call.answer(desk.error());
  call.answer((*desk)->remove(call.arguments.get("bridge"), call.arguments.get("room")));
}

void pause_bridge(Call call) {
  const auto desk = desk_of(call.context);
  if (!desk) return call.answer(desk.error());
  call.answer((*desk)->pause(call.arguments.get("bridge"), call.by));
}

void resume_bridge(Call call) {
  const auto desk = desk_of(call.context);
  if (!desk) return call.answer(desk.error());
  call.answer((*desk)->resume(call.arguments.get("bridge")));
}

void explain_bridge(Call call) {
  const auto desk = desk_of(call.context);
  if (!desk) return call.answer(desk.error());
  const chat::Fields& with = call.arguments;
  call.answer((*desk)->explain(with.get("bridge"), with.get("room"), with.get("nick"), with.get("text")));
}

}  // namespace dragoman::gateway::commands
