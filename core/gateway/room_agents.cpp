#include "gateway/room_service.hpp"
#include "xmpp/agent.hpp"
#include "xmpp/browse.hpp"

// What a room is, for clients from before disco: jabber:iq:agent (XEP-0094), jabber:iq:browse (XEP-0011).

namespace dragoman::gateway {

namespace {

/// "private": hidden, or only for some; as far as it is known.
bool is_public(const RoomQuestion& question) {
  if (question.room == nullptr || !question.room->settings()) return true;
  const chat::RoomSettings& settings = *question.room->settings();
  return !settings.hidden && !settings.members_only && !settings.password;
}

std::string name_of(const RoomQuestion& question, const Context& context) {
  return question.room != nullptr ? question.room->name() : context.network.format(question.id);
}

}  // namespace

void RoomService::agent(const RoomQuestion& question) {
  xmpp::Agent agent;
  agent.name = name_of(question, context_);
  agent.description = agent.name + " on " + context_.network.part_name(context_.network.part_of(question.id));
  if (question.inside && !question.room->topic().empty()) agent.description = question.room->topic();
  agent.service = is_public(question) ? "public" : "private";
  agent.registers = true;  // XEP-0045 7.10: a nickname
  agent.groupchat = true;
  answer(xmpp::make_agent(question.iq, agent));
}

void RoomService::browse(const RoomQuestion& question) {
  const xmpp::BrowseItem room{"conference", is_public(question) ? "public" : "private", context_.address(question.id),
                              name_of(question, context_)};
  answer(xmpp::make_browse(question.iq, room, features(question.person.capabilities({question.id, {}})), {}));
}

}  // namespace dragoman::gateway
