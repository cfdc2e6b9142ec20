#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/context.hpp"
#include "gateway/dialogs/offer.hpp"
#include "gateway/room.hpp"
#include "gateway/room_archive.hpp"
#include "gateway/room_lists.hpp"
#include "gateway/user.hpp"
#include "xmpp/disco.hpp"
#include "xmpp/element.hpp"

namespace dragoman::gateway {

/// A question about a room: who asks, and what they have of it.
struct RoomQuestion {
  const xmpp::Element& iq;
  xmpp::Jid from;
  chat::RoomId id;
  User& person;
  Room* room;   ///< the asker's own view; nullptr: they are not in it
  bool inside;  ///< the client that asks is in the room

  dialogs::Place place() const { return {id, {}, std::string{iq.get("to")}}; }
};

/// What a room answers (XEP-0045 6, 8-10): one row a question, namespace and element -> answer. Discovery and archive
/// are also for those who are not inside: clients ask before they enter.
class RoomService {
 public:
  explicit RoomService(Context& context) : context_(context), archive_(context) {}
  /// Set before the first stanza comes.
  void use(RoomLists& room_lists) { room_lists_ = &room_lists; }

  void receive_iq(const RoomQuestion& question);

 private:
  using Answer = void (RoomService::*)(const RoomQuestion& question);
  struct Row {
    std::string_view type, name, ns;
    Answer answer;
    enum class Who {
      anybody,
      occupant,  ///< the person is in the room, with any client (XEP-0045 9: that is what rights belong to)
    } who = Who::anybody;
  };
  static const Row rows[];
  /// Those of the questions, and what is no question.
  std::vector<std::string> features(const chat::Capabilities& can) const;

  void disco_info(const RoomQuestion& question);
  void disco_items(const RoomQuestion& question);
  void list_inside(const RoomQuestion& question);
  void ping(const RoomQuestion& question);
  void version(const RoomQuestion& question);
  void last(const RoomQuestion& question);
  void time(const RoomQuestion& question);
  void legacy_time(const RoomQuestion& question);
  void agent(const RoomQuestion& question);
  void browse(const RoomQuestion& question);
  void card(const RoomQuestion& question);
  void change_card(const RoomQuestion& question);
  void list_standings(const RoomQuestion& question);
  void set_standings(const RoomQuestion& question);
  void show_settings(const RoomQuestion& question);
  void change_settings(const RoomQuestion& question);
  void show_registration(const RoomQuestion& question);
  void change_registration(const RoomQuestion& question);
  void moderate(const RoomQuestion& question);
  void command(const RoomQuestion& question);
  void archive_form(const RoomQuestion& question);
  void archive_query(const RoomQuestion& question);
  void archive_metadata(const RoomQuestion& question);
  void archive_preferences(const RoomQuestion& question);

  void disco_nickname(const RoomQuestion& question);
  void set_next(User& person, const xmpp::Element& iq, std::vector<chat::SetStanding> changes);
  void destroy(const RoomQuestion& question, const xmpp::Element& wish);

  void refuse(const RoomQuestion& question, Fault fault, const std::string& text) { refuse(question.iq, fault, text); }
  void refuse(const xmpp::Element& iq, Fault fault, const std::string& text);
  void refuse(const xmpp::Element& iq, const chat::Failed& failed);
  void answer(const xmpp::Element& result) { context_.link.send(result); }

  Context& context_;
  RoomArchive archive_;
  RoomLists* room_lists_ = nullptr;
};

}  // namespace dragoman::gateway
