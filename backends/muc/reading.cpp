#include "backends/muc/handlers.hpp"
#include "backends/muc/own_id.hpp"
#include "base/text.hpp"
#include "gateway/to_command.hpp"
#include "xmpp/encryption.hpp"
#include "xmpp/hints.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/retraction.hpp"
#include "xmpp/stanza_id.hpp"
#include "xmpp/via.hpp"

// What a message says, in the words of core/chat.
namespace dragoman::backends::muc {

namespace {

constexpr std::size_t kept_beginning = 400;

/// Bare address that a non-anonymous room shows in what it keeps.
std::string account_in(const xmpp::Element& message) {
  const xmpp::Element* x = message.child("x", xmpp::ns::muc_user);
  const xmpp::Element* item = x == nullptr ? nullptr : x->child("item", xmpp::ns::muc_user);
  if (item == nullptr) return {};
  const auto jid = xmpp::Jid::parse(item->get("jid"));
  return jid ? std::string{jid->bare_view()} : std::string{};
}

/// Who is called so now, unless the message says that it was somebody else.
const Occupant* occupant_of(const Room& room, const Hearing& heard, std::string_view occupant_id) {
  const auto found = room.occupants.find(heard.nick);
  if (found == room.occupants.end()) return nullptr;
  const bool other = !occupant_id.empty() && found->second.occupant_id != occupant_id;
  if (other || (heard.replayed && occupant_id.empty())) return nullptr;
  return &found->second;
}

chat::Author author_of(const State& state, const Room& room, const Hearing& heard) {
  chat::Author author;
  author.name = heard.nick;
  if (heard.nick.empty()) return author;
  const std::string address = room.address.str() + '/' + std::string{heard.nick};
  author.person = chat::PersonId{address};
  const std::string_view occupant_id = occupant_id_of(heard.message);
  author.identity = heard.replayed ? account_in(heard.message) : std::string{};
  const Occupant* const occupant = occupant_of(room, heard, occupant_id);
  if (author.identity.empty() && occupant != nullptr) author.identity = occupant->account;
  if (author.identity.empty()) author.identity = occupant_id;
  if (author.identity.empty() && occupant != nullptr) author.identity = occupant->occupant_id;
  if (author.identity.empty()) author.identity = address;
  author.self = state.shared.ours.contains(address) || is_own(state, room, heard) || is_ours(state, room, heard);
  return author;
}

/// The message that another one is about, as we name it.
chat::MessageId named(const MessageBook& book, std::string_view id) {
  const MessageBook::Said* said = book.find(id);
  return chat::MessageId{said == nullptr ? std::string{id} : said->id};
}

/// XEP-0425 5: what the room itself says is believed, of nobody else.
std::optional<chat::Event> read_moderation(const Room& room, const Hearing& heard,
                                           const chat::Conversation& conversation, const MessageBook& book) {
  const std::string_view id = xmpp::read_retraction(heard.message);
  if (id.empty() || !heard.nick.empty()) return std::nullopt;
  chat::MessageRetracted retracted{conversation, {}, named(book, id), {}, true};
  for (const xmpp::Element& child : heard.message.children) {
    const xmpp::Element* at =
        child.name == "apply-to" ? child.child("moderated", "urn:xmpp:message-moderate:0") : &child;
    if (at == nullptr || (at->name != "retract" && at->name != "moderated")) continue;
    const xmpp::Element* moderated = at->name == "moderated" ? at : at->child("moderated", xmpp::moderation_ns);
    if (moderated != nullptr) {
      const auto by = xmpp::Jid::parse(moderated->get("by"));
      if (by && by->bare_view() == room.address.str()) {
        retracted.author = {chat::PersonId{by->str()}, std::string{by->resource()}, by->str()};
      }
      retracted.reason = moderated->child_text("reason", moderated->ns);
    }
    if (retracted.reason.empty()) retracted.reason = at->child_text("reason", at->ns);
  }
  return retracted;
}

std::optional<chat::Event> read_about(const Hearing& heard, const gateway::MessageRequest& request,
                                      const chat::Conversation& conversation, const MessageBook& book,
                                      chat::Author author) {
  const std::string_view occupant = occupant_id_of(heard.message);
  if (!request.retracts.empty()) {
    const MessageBook::Said* said = book.find(request.retracts);
    if (said != nullptr && !same_author(*said, heard.nick, occupant)) return std::nullopt;
    return chat::MessageRetracted{conversation, std::move(author), named(book, request.retracts), {}};
  }
  if (request.reactions) {
    return chat::ReactionsChanged{conversation, std::move(author), named(book, request.reactions->id),
                                  request.reactions->emoji};
  }
  return std::nullopt;
}

/// What is true only at the moment.
std::optional<chat::Event> read_passing(const gateway::MessageRequest& request, const chat::Conversation& conversation,
                                        const MessageBook& book, chat::Author author) {
  if (!request.displayed.empty()) {
    return chat::ReadUpTo{conversation, std::move(author), named(book, request.displayed)};
  }
  if (request.typing) return chat::Typing{conversation, std::move(author), *request.typing};
  return std::nullopt;
}

}  // namespace

std::string_view occupant_id_of(const xmpp::Element& stanza) {
  const xmpp::Element* id = stanza.child("occupant-id", xmpp::ns::occupant_id);
  return id == nullptr ? std::string_view{} : id->get("id");
}

std::string_view stanza_id_of(const Room& room, const Hearing& heard) {
  return heard.archive_id.empty() ? xmpp::read_stanza_id(heard.message, room.address.str()) : heard.archive_id;
}

bool is_own(const State&, const Room& room, const Hearing& heard) {
  const auto ours = room.occupants.find(room.nick);
  const std::string_view occupant_id = occupant_id_of(heard.message);
  if (ours != room.occupants.end() && !occupant_id.empty() && !ours->second.occupant_id.empty()) {
    return ours->second.occupant_id == occupant_id;
  }
  return !heard.nick.empty() && heard.nick == room.nick;
}

bool is_ours(const State& state, const Room& room, const Hearing& heard) {
  const std::string &key = state.shared.key, &address = room.id.text;
  return is_own_id(key, address, heard.message.get("id")) ||
         is_own_id(key, address, xmpp::read_origin_id(heard.message));
}

MessageBook::Said note_of(const Room& room, const Hearing& heard) {
  MessageBook::Said said;
  said.stanza = heard.message.get("id");
  said.origin = xmpp::read_origin_id(heard.message);
  said.id = stanza_id_of(room, heard);
  if (said.id.empty()) said.id = said.origin.empty() ? said.stanza : said.origin;
  said.nick = heard.nick;
  said.occupant = occupant_id_of(heard.message);
  said.beginning = text::cut(heard.message.child_text("body", heard.message.ns), kept_beginning);
  return said;
}

std::optional<chat::Event> read_event(const State& state, const Room& room, const Hearing& heard,
                                      const chat::Conversation& conversation, const MessageBook& book,
                                      const std::string& id) {
  if (auto moderation = read_moderation(room, heard, conversation, book)) return moderation;
  chat::Author author = author_of(state, room, heard);
  auto read = gateway::read_message(heard.message, true);
  if (!read) {
    chat::MessageReceived secret{conversation, std::move(author), chat::MessageId{id}, {}, heard.time, heard.replayed};
    secret.content = chat::plain(gateway::to_plain_text(heard.message.child_text("body", heard.message.ns)));
    secret.content.kind = chat::Content::Kind::encrypted;
    secret.content.encryption = xmpp::encryption_of(heard.message);
    return secret;
  }
  gateway::MessageRequest& request = *read;
  if (auto about = read_about(heard, request, conversation, book, author)) return about;
  if (!request.content) {
    if (heard.replayed) return std::nullopt;
    return read_passing(request, conversation, book, std::move(author));
  }
  chat::Content& content = *request.content;
  content.via = xmpp::read_via(heard.message);
  // Its author wants no copy of it to go anywhere (XEP-0334 4.3): as a notice, no bridge tells it. To one person it
  // goes with that hint as a rule, because of carbons (XEP-0280 6.1).
  const bool is_text = content.kind == chat::Content::Kind::text || content.kind == chat::Content::Kind::action;
  if (is_text && conversation.is_room() && xmpp::has_hint(heard.message, xmpp::Hint::no_copy))
    content.kind = chat::Content::Kind::notice;
  if (!request.reply_id.empty()) content.reply_to = named(book, request.reply_id);
  if (!request.replaces.empty()) {
    const auto* said = book.find_stanza(request.replaces, heard.nick, occupant_id_of(heard.message));
    // What is not known any more, or somebody else's, is not edited: then it is said anew.
    if (said != nullptr) {
      return chat::MessageEdited{conversation, std::move(author), chat::MessageId{id}, chat::MessageId{said->id},
                                 std::move(content)};
    }
  }
  return chat::MessageReceived{conversation,       std::move(author), chat::MessageId{id},
                               std::move(content), heard.time,        heard.replayed};
}

}  // namespace dragoman::backends::muc
