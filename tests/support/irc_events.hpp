#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <variant>

#include "base/names.hpp"
#include "chat/event.hpp"

// Events as short text, so that a test reads as the conversation that it describes.

namespace dragoman::test {

class EventDescriber {
 public:
  explicit EventDescriber(const Names& names) : names_(names) {}

  std::string operator()(const chat::Ready& e) const { return "Ready " + e.nickname; }
  std::string operator()(const chat::Lost& e) const {
    return "Lost " + fault(e.fault) + (e.retry_at ? "" : " for good") + ": " + e.text;
  }
  std::string operator()(const chat::RoomJoined& e) const {
    std::string text = "RoomJoined " + e.room.text + " as " + sign(e.standing) + names_[e.self].text;
    text += " with";
    for (const chat::Occupant& occupant : e.occupants) text += ' ' + show(occupant);
    if (!e.topic.empty()) text += " topic: " + e.topic;
    if (!e.topic_author.empty()) text += " by " + e.topic_author;
    return text;
  }
  std::string operator()(const chat::RoomLeft& e) const {
    static constexpr const char* why[] = {"left", "kicked", "banned", "lost", "moved", "refused", "destroyed"};
    std::string text = "RoomLeft " + e.room.text + ' ' + why[static_cast<int>(e.why)];
    if (e.why == chat::RoomLeft::Why::refused) text += ' ' + fault(e.fault);
    if (!e.actor.empty()) text += " by " + e.actor;
    if (!e.moved_to.empty()) text += " to " + e.moved_to.text;
    return e.text.empty() ? text : text + ": " + e.text;
  }
  std::string operator()(const chat::RoomChanged& e) const {
    return "RoomChanged " + e.room.text + (e.settings.moderated ? " moderated" : "") +
           (e.settings.members_only ? " members_only" : "") + (e.settings.password ? " password" : "") +
           (e.settings.registered_only ? " registered_only" : "") + (e.settings.hidden ? " hidden" : "") +
           (e.settings.topic_locked ? " topic_locked" : "") +
           (e.settings.limit != 0 ? " limit " + std::to_string(e.settings.limit) : "");
  }
  std::string operator()(const chat::TopicChanged& e) const {
    return "TopicChanged " + e.room.text + " by " + e.author.name + ": " + e.topic;
  }
  std::string operator()(const chat::OccupantsJoined& e) const {
    std::string text = "OccupantsJoined " + e.room.text;
    for (const chat::Occupant& occupant : e.occupants) text += ' ' + show(occupant);
    return text;
  }
  std::string operator()(const chat::OccupantsLeft& e) const {
    static constexpr const char* why[] = {"left", "quit", "kicked", "banned", "lost"};
    std::string text = "OccupantsLeft " + e.room.text;
    for (const NameId name : e.occupants) text += ' ' + names_[name].text;
    text += std::string{" "} + why[static_cast<int>(e.why)];
    if (!e.actor.empty()) text += " by " + e.actor;
    return e.text.empty() ? text : text + ": " + e.text;
  }
  std::string operator()(const chat::OccupantRenamed& e) const {
    return "OccupantRenamed " + e.room.text + ' ' + names_[e.from].text + " -> " + names_[e.to].text +
           (e.self ? " (self)" : "");
  }
  std::string operator()(const chat::OccupantChanged& e) const {
    return "OccupantChanged " + e.room.text + ' ' + show(e.occupant) + (e.actor.empty() ? "" : " by " + e.actor);
  }
  std::string operator()(const chat::SelfChanged& e) const {
    return "SelfChanged " + sign(e.standing) + e.nickname + (e.room ? " in " + e.room->text : "");
  }
  std::string operator()(const chat::MessageReceived& e) const {
    static constexpr const char* kinds[] = {"", "action ", "notice ", "sticker ", "location ", "poll ", "encrypted "};
    std::string text = "Message in " + where(e.conversation) + ' ' + kinds[static_cast<int>(e.content.kind)];
    text += '<' + e.author.name + (e.author.self ? " (self)" : "") + "> " + e.content.text;
    if (!e.id.empty()) text += " id=" + e.id.text;
    return e.replayed ? text + " replayed" : text;
  }
  std::string operator()(const chat::MessageEdited& e) const { return "MessageEdited " + where(e.conversation); }
  std::string operator()(const chat::MessageRetracted& e) const {
    return "MessageRetracted " + where(e.conversation) + ' ' + e.retracted.text + " by " + e.author.name +
           (e.author.self ? " (self)" : "") + (e.reason.empty() ? "" : ": " + e.reason);
  }
  std::string operator()(const chat::ReactionsChanged& e) const { return "ReactionsChanged " + where(e.conversation); }
  std::string operator()(const chat::ReadUpTo& e) const { return "ReadUpTo " + where(e.conversation); }
  std::string operator()(const chat::Typing& e) const { return "Typing " + where(e.conversation); }
  std::string operator()(const chat::HistoryGap& e) const { return "HistoryGap " + where(e.conversation); }
  std::string operator()(const chat::PresenceChanged& e) const {
    static constexpr const char* shown[] = {"available", "away", "extended_away", "busy", "gone"};
    const std::string text = "PresenceChanged " + e.person.text + ' ' + shown[static_cast<int>(e.availability)];
    return e.status.empty() ? text : text + ": " + e.status;
  }
  std::string operator()(const chat::PersonChanged& e) const { return "PersonChanged " + e.person.text; }
  std::string operator()(const chat::ContactAsked&) const { return "ContactAsked"; }
  std::string operator()(const chat::ContactsChanged&) const { return "ContactsChanged"; }
  std::string operator()(const chat::Invited& e) const { return "Invited to " + e.room.text + " by " + e.author.name; }
  std::string operator()(const chat::CapabilitiesChanged& e) const {
    return "CapabilitiesChanged topic " + std::to_string(e.capabilities.topic_bytes) + " nickname " +
           std::to_string(e.capabilities.nickname_bytes);
  }
  std::string operator()(const chat::Notice& e) const {
    return "Notice" + (e.room ? " in " + e.room->text : "") + (e.from.empty() ? "" : " from " + e.from) + ": " + e.text;
  }
  std::string operator()(const chat::Done& e) const {
    return "Done " + id(e.command) + std::visit(AnswerText{}, e.answer);
  }
  std::string operator()(const chat::Failed& e) const {
    static constexpr const char* outcomes[] = {"refused", "not_sent", "unsure"};
    return "Failed " + id(e.command) + ' ' + outcomes[static_cast<int>(e.outcome)] + ' ' + fault(e.fault) + ": " +
           e.text;
  }

 private:
  struct AnswerText {
    std::string operator()(const chat::Nothing&) const { return {}; }
    std::string operator()(const chat::Sent& sent) const {
      std::string text = " sent";
      for (const chat::MessageId& message : sent.ids) text += ' ' + message.text;
      return sent.text.empty() ? text : text + " as: " + sent.text;
    }
    std::string operator()(const chat::RoomList& list) const {
      std::string text = " rooms";
      for (const auto& room : list.rooms) text += ' ' + room.room.text + '(' + std::to_string(room.occupants) + ')';
      return list.complete ? text : text + " and more";
    }
    std::string operator()(const chat::PeopleList& list) const {
      std::string text = list.complete ? " people" : " some people";
      for (const chat::FoundPerson& each : list.people) {
        text += ' ' + each.person.text + '=' + each.name + (each.full_name.empty() ? "" : '(' + each.full_name + ')');
      }
      return text;
    }
    std::string operator()(const chat::StandingList& list) const {
      std::string text = " standings";
      for (const auto& entry : list.entries) text += ' ' + (entry.nickname.empty() ? entry.mask : entry.nickname);
      return text;
    }
    std::string operator()(const chat::Form&) const { return " form"; }
    std::string operator()(const chat::HistoryPage& page) const {
      std::string text = page.complete ? " all history:" : " history:";
      for (const chat::MessageReceived& each : page.messages) {
        text += ' ' + (each.id.empty() ? each.content.text : each.id.text) + (each.replayed ? "" : " (live)");
      }
      for (const chat::ReactionsChanged& each : page.reactions) {
        text += " " + each.author.name + " to " + each.message.text + ':';
        for (const std::string& emoji : each.emoji) text += ' ' + emoji;
      }
      return text;
    }
    std::string operator()(const chat::Profile& p) const {
      return " profile " + p.nickname + ' ' + p.host + ' ' + p.full_name;
    }
    std::string operator()(const chat::Reply& reply) const {
      return reply.text.empty() ? " reply" : " reply: " + reply.text;
    }
    std::string operator()(const chat::Picture& picture) const {
      return " picture of " + std::to_string(picture.bytes.size()) + " bytes";
    }
  };

  static std::string id(chat::CommandId command) { return std::to_string(static_cast<std::uint64_t>(command)); }
  static std::string fault(Fault value) { return std::string{to_string(value)}; }
  /// "~" owner, "@" admin, "%" a moderator below that, "+" member, "" anybody, "-" who may only listen.
  static std::string sign(const chat::Standing& standing) {
    switch (standing.affiliation) {
      case chat::Affiliation::owner:
        return "~";
      case chat::Affiliation::admin:
        return "@";
      case chat::Affiliation::member:
        return standing.role == chat::Role::moderator ? "%" : "+";
      case chat::Affiliation::none:
      case chat::Affiliation::outcast:
        break;
    }
    return standing.role == chat::Role::visitor ? "-" : "";
  }
  std::string show(const chat::Occupant& occupant) const {
    const chat::Standing& standing = occupant.standing;
    return sign(standing) + names_[occupant.name].text + (standing.away ? "(away)" : "") +
           (standing.bot ? "(bot)" : "") + (standing.network_staff ? "(staff)" : "");
  }
  static std::string where(const chat::Conversation& conversation) {
    return conversation.room.text + (conversation.is_private_in_room() ? "/" : "") + conversation.person.text;
  }

  const Names& names_;
};

inline std::string describe(const chat::Event& event, const Names& names) {
  return std::visit(EventDescriber{names}, event);
}

}  // namespace dragoman::test
