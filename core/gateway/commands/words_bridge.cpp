#include "base/log.hpp"
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

}  // namespace

void list_bridges(Call call) {
  const auto desk = desk_of(call.context);
  if (!desk) return call.answer(desk.error());
  call.answer((*desk)->list());
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
