#include "gateway/room_presence.hpp"
#include "gateway/room_service.hpp"
#include "xmpp/muc.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

// Who has which rights in a room, and what changes them (muc#admin: XEP-0045 8.2-8.5, 9).
//
// People outside the room and bans are addresses of this network: a person's own, or a mask in the place of one,
// "*!*\40host.example@irc.example.org" for *!*@host.example (XEP-0106).

namespace dragoman::gateway {

namespace {

/// A longer list would not fit into a stanza; the protocol has no pages.
constexpr std::size_t list_bytes = 200 * 1024;

/// Reads what one item of a set asks for.
class ItemReader {
 public:
  ItemReader(const Context& context, const RoomQuestion& question) : context_(context), question_(question) {}

  Result<chat::SetStanding> read(const xmpp::MucAdminItem& item) {
    if (item.role.empty() == item.affiliation.empty()) {
      return failure(Fault::malformed, "An item sets either a role or an affiliation.");
    }
    chat::SetStanding change;
    change.room = question_.id;
    change.reason = item.reason;
    change.role = to_role(item.role);
    change.affiliation = to_affiliation(item.affiliation);
    if (!change.role && !change.affiliation) {
      return failure(Fault::malformed, "There is no such role or affiliation: " + item.role + item.affiliation + '.');
    }
    if (const auto named = name(item, change); !named) return named.error();
    if (change.affiliation == chat::Affiliation::outcast && is_self(change.nickname)) {
      return failure(Fault::conflict, "You cannot ban yourself.");  // XEP-0045 9.1
    }
    return change;
  }

 private:
  bool is_self(const std::string& nickname) const {
    return !nickname.empty() && context_.network.same_name(nickname, question_.room->nick(), question_.room->part());
  }

  static bool is_about_bans(const chat::SetStanding& change) {
    return change.affiliation == chat::Affiliation::outcast || change.affiliation == chat::Affiliation::none;
  }

  /// By nickname, else by address. A list gives both back; who is in the room counts more.
  Result<void> name(const xmpp::MucAdminItem& item, chat::SetStanding& change) const {
    if (item.nick.empty() && item.jid.empty()) {
      return failure(Fault::malformed, "Say who is meant, by 'nick' or by 'jid'.");
    }
    if (auto nickname = question_.room->occupant(item.nick); nickname && !item.nick.empty()) {
      change.nickname = std::move(*nickname);
      return {};
    }
    if (item.jid.empty()) return failure(Fault::not_found, "Nobody is called " + item.nick + " in this room.");
    return name_by_address(item.jid, change);
  }

  Result<void> name_by_address(const std::string& text, chat::SetStanding& change) const {
    const auto jid = xmpp::Jid::parse(text);
    if (!jid) return jid.error();
    if (jid->bare_view() == question_.person.jid().str()) {
      change.nickname = question_.room->nick();
      return {};
    }
    const std::string& domain = context_.link.jid().str();
    if (jid->domain() != domain || jid->local().empty()) {
      return failure(Fault::not_found, "Only people of this network are meant here, as nickname@" + domain +
                                           ", and masks of it, as *!*\\40host@" + domain + '.');
    }
    if (jid->bare_view() == question_.room->address()) {
      auto nickname = question_.room->occupant(jid->resource());
      if (!nickname) return failure(Fault::not_found, "Nobody of that name is in this room.");
      change.nickname = std::move(*nickname);
      return {};
    }
    // As it was written: masks may tell upper and lower case apart, addresses do not.
    const std::string local = xmpp::unescape_local(std::string_view{text}.substr(0, text.rfind('@')));
    const auto address = context_.network.parse(xmpp::unescape_local(jid->local()));
    if (!address) {
      if (!is_about_bans(change)) {
        return failure(Fault::malformed, "A mask can only be banned, and the ban taken away.");
      }
      change.mask = local;
      return {};
    }
    const auto* person = std::get_if<chat::PersonId>(&*address);
    if (person == nullptr) return failure(Fault::malformed, "This address is not a person.");
    if (auto nickname = question_.room->occupant(*person)) {
      change.nickname = std::move(*nickname);
      return {};
    }
    // Not here: to be banned, or to lose a ban. What had to be escaped is no name but a mask ("~a:account").
    if (is_about_bans(change) && local != jid->local()) {
      change.mask = local;
      return {};
    }
    change.nickname = context_.network.format_in_room(*person);
    if (change.role || !is_called(*person, change.nickname)) {
      return failure(Fault::not_found, "Nobody of that name is in this room.");
    }
    return {};
  }

  bool is_called(const chat::PersonId& person, const std::string& nickname) const {
    const auto other = context_.network.person_in_room(question_.room->id(), nickname);
    return other && *other == person;
  }

  const Context& context_;
  const RoomQuestion& question_;
};

/// Writes the rows of a list.
class ListWriter {
 public:
  ListWriter(const Context& context, const xmpp::Element& iq, const chat::RoomId& room)
      : context_(context), room_(room), result_(xmpp::make_result(iq)) {
    query_ = &result_.add("query", xmpp::ns::muc_admin);
  }
  void add(const chat::Ranked& entry) {
    if (bytes_ > list_bytes) return;
    xmpp::Element item{"item", xmpp::ns::muc_admin};
    item.set("affiliation", to_text(entry.standing.affiliation));
    if (entry.mask.empty()) {
      item.set("role", to_text(entry.standing.role));
      item.set("nick", occupant_nick(context_.network.names_in(room_), entry.nickname));
    }
    const std::string jid = address_of(entry);
    if (!jid.empty()) item.set("jid", jid);
    if (!entry.reason.empty()) item.add_text_child("reason", entry.reason);
    bytes_ += 80 + jid.size() + 2 * entry.nickname.size() + entry.reason.size();
    query_->add(std::move(item));
  }
  const xmpp::Element& result() const { return result_; }

 private:
  std::string address_of(const chat::Ranked& entry) const {
    if (!entry.mask.empty()) return xmpp::escape_local(entry.mask) + '@' + context_.link.jid().str();
    const auto person = context_.network.person_in_room(room_, entry.nickname);
    return person ? context_.address(*person) : std::string{};
  }

  const Context& context_;
  const chat::RoomId& room_;
  xmpp::Element result_;
  xmpp::Element* query_;
  std::size_t bytes_ = 0;
};

/// What we know ourselves: of those who are here.
std::vector<chat::Ranked> seen(const Context& context, const Room& room, const chat::ListStandings& list) {
  std::vector<chat::Ranked> found;
  const auto consider = [&](const std::string& nickname, chat::Standing standing) {
    if (list.role && standing.role != *list.role) return;
    if (list.affiliation && standing.affiliation != *list.affiliation) return;
    found.push_back({nickname, {}, standing, {}});
  };
  consider(room.nick(), room.standing());
  for (const auto& member : room.occupants()) consider(context.network.names()[member.name].text, member.value);
  return found;
}

}  // namespace

void RoomService::list_standings(const RoomQuestion& question) {
  const xmpp::Element& query = *question.iq.first_element();
  const auto item = query.element_count() == 1 ? xmpp::read_admin_item(*query.first_element()) : std::nullopt;
  if (!item || item->role.empty() == item->affiliation.empty()) {
    return refuse(question, Fault::malformed, "Ask for one list at a time, by a role or by an affiliation.");
  }
  const chat::ListStandings list{question.id, to_role(item->role), to_affiliation(item->affiliation)};
  if (!list.role && !list.affiliation) {
    return refuse(question, Fault::malformed, "There is no such role or affiliation.");
  }
  question.person.ask(list, [this, list, iq = question.iq, person = &question.person](const chat::Done* done,
                                                                                      const chat::Failed* failed) {
    ListWriter writer{context_, iq, list.room};
    const Room* room = person->room(list.room);
    const auto* answered = done == nullptr ? nullptr : std::get_if<chat::StandingList>(&done->answer);
    if (answered != nullptr) {
      for (const chat::Ranked& entry : answered->entries) writer.add(entry);
    } else if (failed != nullptr && (list.affiliation == chat::Affiliation::outcast || room == nullptr)) {
      return refuse(iq, *failed);
    } else if (room != nullptr) {
      // Clients ask three lists at each join (clients.md 2): an error would only be noise.
      for (const chat::Ranked& entry : seen(context_, *room, list)) writer.add(entry);
    }
    answer(writer.result());
  });
}

void RoomService::set_standings(const RoomQuestion& question) {
  // Nobody is touched before all was read.
  std::vector<chat::SetStanding> changes;
  ItemReader reader{context_, question};
  for (const xmpp::Element& child : question.iq.first_element()->children) {
    const auto item = xmpp::read_admin_item(child);
    if (!item) continue;
    auto change = reader.read(*item);
    if (!change) return refuse(question, change.error().fault, change.error().text);
    changes.push_back(std::move(*change));
  }
  if (changes.empty()) return refuse(question, Fault::malformed, "Say who should become what.");
  set_next(question.person, question.iq, std::move(changes));
}

void RoomService::set_next(User& person, const xmpp::Element& iq, std::vector<chat::SetStanding> changes) {
  if (changes.empty()) return answer(xmpp::make_result(iq));
  const chat::SetStanding change = std::move(changes.front());
  changes.erase(changes.begin());
  const Room* room = person.room(change.room);
  const bool goes = change.role == chat::Role::none && room != nullptr &&
                    context_.network.same_name(change.nickname, room->nick(), room->part());
  person.ask(change, [this, &person, goes, iq, id = change.room, changes = std::move(changes)](
                         const chat::Done*, const chat::Failed* failed) {
    // Whoever kicked themselves out of the last room is disconnected before the network can say that it is done.
    const bool gone = goes && person.room(id) == nullptr;
    if (failed != nullptr && !gone) return refuse(iq, *failed);
    set_next(person, iq, changes);
  });
}

}  // namespace dragoman::gateway
