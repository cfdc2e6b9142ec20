#include "gateway/to_stanza.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

#include "gateway/annotation.hpp"
#include "gateway/attachments.hpp"
#include "gateway/mentions.hpp"
#include "gateway/styling.hpp"
#include "gateway/xhtml.hpp"
#include "xmpp/avatar.hpp"
#include "xmpp/delay.hpp"
#include "xmpp/encryption.hpp"
#include "xmpp/geoloc.hpp"
#include "xmpp/hats.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/nick.hpp"
#include "xmpp/occupant_id.hpp"
#include "xmpp/oob.hpp"
#include "xmpp/stanza_id.hpp"
#include "xmpp/styling.hpp"

namespace dragoman::gateway {

std::string_view to_text(chat::Role role) {
  switch (role) {
    case chat::Role::none:
      return "none";
    case chat::Role::visitor:
      return "visitor";
    case chat::Role::participant:
      return "participant";
    case chat::Role::moderator:
      return "moderator";
  }
  return "none";
}

std::string_view to_text(chat::Affiliation affiliation) {
  switch (affiliation) {
    case chat::Affiliation::outcast:
      return "outcast";
    case chat::Affiliation::none:
      return "none";
    case chat::Affiliation::member:
      return "member";
    case chat::Affiliation::admin:
      return "admin";
    case chat::Affiliation::owner:
      return "owner";
  }
  return "none";
}

std::optional<chat::Role> to_role(std::string_view text) {
  for (const chat::Role role :
       {chat::Role::none, chat::Role::visitor, chat::Role::participant, chat::Role::moderator}) {
    if (to_text(role) == text) return role;
  }
  return std::nullopt;
}

std::optional<chat::Affiliation> to_affiliation(std::string_view text) {
  for (const chat::Affiliation affiliation :
       {chat::Affiliation::outcast, chat::Affiliation::none, chat::Affiliation::member, chat::Affiliation::admin,
        chat::Affiliation::owner}) {
    if (to_text(affiliation) == text) return affiliation;
  }
  return std::nullopt;
}

std::string escaped(std::string_view text) {
  std::string out;
  xmpp::append_escaped(out, text);
  return out;
}

std::string unescaped(std::string_view text) {
  static constexpr std::pair<std::string_view, char> entities[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&apos;", '\''}, {"&quot;", '"'}};
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto* const entity = std::find_if(std::begin(entities), std::end(entities),
                                            [text](const auto& each) { return text.starts_with(each.first); });
    const bool found = entity != std::end(entities);
    out += found ? entity->second : text.front();
    text.remove_prefix(found ? entity->first.size() : 1);
  }
  return out;
}

namespace {

/// What somebody is beyond role and affiliation: their rank by its name, and what is true of them in every room.
void write_hats_of(xmpp::Writer& writer, const OccupantPresence& presence) {
  std::array<xmpp::Hat, 3> hats;
  std::size_t count = 0;
  if (presence.rank != nullptr) hats[count++] = {presence.rank->uri, presence.rank->title};
  if (presence.standing.network_staff) hats[count++] = {"urn:x-dragoman:network-staff", "Network staff"};
  if (presence.standing.bot) hats[count++] = {"urn:x-dragoman:bot", "Bot"};
  xmpp::write_hats(writer, std::span{hats.data(), count});
}

}  // namespace

void write(xmpp::Writer& writer, const OccupantPresence& presence) {
  writer.begin_prepared("presence", presence.room, presence.resource, presence.to);
  if (presence.unavailable) writer.attribute("type", "unavailable");
  if (presence.standing.away && !presence.unavailable) writer.leaf("show", "away");
  const std::string_view text = presence.groupchat1 && presence.text.empty() ? presence.reason : presence.text;
  if (!text.empty()) writer.leaf("status", text);
  if (presence.groupchat1) return;
  writer.open("x", xmpp::ns::muc_user);
  writer.open("item");
  writer.attribute("affiliation", to_text(presence.standing.affiliation));
  // XEP-0045 7.14: whoever is gone has no role; a rename keeps it.
  writer.attribute("role",
                   presence.unavailable && presence.new_nick.empty() ? "none" : to_text(presence.standing.role));
  if (!presence.jid.empty()) writer.attribute("jid", presence.jid);
  if (!presence.new_nick.empty()) writer.attribute("nick", presence.new_nick);
  if (!presence.actor.empty()) {
    writer.open("actor");
    writer.attribute("nick", presence.actor);
    writer.close();
  }
  if (!presence.reason.empty() && !presence.destroyed) writer.leaf("reason", presence.reason);
  writer.close();
  if (presence.destroyed) {
    writer.open("destroy");
    if (!presence.venue.empty()) writer.attribute("jid", presence.venue);
    if (!presence.reason.empty()) writer.leaf("reason", presence.reason);
    writer.close();
  }
  for (const int code : presence.status) {
    writer.open("status");
    writer.attribute("code", std::to_string(code));
    writer.close();
  }
  writer.close();
  if (!presence.occupant_id.empty()) xmpp::write_occupant_id(writer, presence.occupant_id);
  if (presence.unavailable) return;
  write_hats_of(writer, presence);
  if (!presence.nick.empty()) xmpp::write_nick(writer, presence.nick);
  if (!presence.picture.empty()) xmpp::write_photo(writer, presence.picture);
}

namespace {

/// Few clients show the description that stands beside a link, so it stands in the text. A picture that is all of the
/// message is shown in its place by clients if the body is its URL and nothing else (docs/decisions/0046).
std::string link_text(const chat::Attachment& file, bool alone) {
  const bool is_media = file.media_type.starts_with("image/") || file.media_type.starts_with("video/") ||
                        file.media_type.starts_with("audio/");
  if (file.description.empty() || (alone && is_media)) return file.url;
  if (file.url.find(file.description) != std::string::npos) return file.url;
  return file.description + ": " + file.url;
}

struct Body {
  std::string text;
  bool literal = false;            ///< signs stand in it that mean nothing
  std::vector<xmpp::Range> links;  ///< URLs of attachments that nobody has said
};

Body make_body(const chat::Content& content) {
  Body body{content.text, false, {}};
  if (has_styles(content)) {
    StyledBody styled = write_styling(content);
    body.text = std::move(styled.text);
    body.literal = styled.literal;
  }
  if (content.kind == chat::Content::Kind::action) body.text.insert(0, "/me ");
  for (const chat::Attachment& file : content.attachments) {
    if (body.text.find(file.url) != std::string::npos) continue;
    const std::size_t begin = body.text.size();
    if (!body.text.empty()) body.text += '\n';
    body.text += link_text(file, body.text.empty() && content.attachments.size() == 1);
    body.links.push_back({begin, body.text.size()});
  }
  return body;
}

void write_text(xmpp::Writer& writer, const OutgoingMessage& message, const chat::Content& content) {
  const Annotation* const about = message.about;
  if (about != nullptr && !about->has_body) return;
  if (about != nullptr && !about->body.empty()) {
    writer.leaf("body", about->body);
    if (message.type == "groupchat") write_mentions(writer, content, about->body, unescaped(message.from_bare));
    return;
  }
  const bool quotes = about != nullptr && !about->quote.empty();
  if (!quotes && content.kind == chat::Content::Kind::text && content.attachments.empty() && content.spans.empty()) {
    return writer.leaf("body", content.text);
  }
  Body body = make_body(content);
  if (quotes) {
    body.text.insert(0, about->quote);
    for (xmpp::Range& link : body.links) link = {link.begin + about->quote.size(), link.end + about->quote.size()};
  }
  writer.leaf("body", body.text);
  if (message.type == "groupchat") write_mentions(writer, content, body.text, unescaped(message.from_bare));
  if (body.literal) writer.element(xmpp::make_unstyled());
  if (const auto html = message.rich && !quotes ? write_xhtml(content) : std::nullopt) writer.element(*html);
  if (about == nullptr || !about->has_files) {
    write_attachments(writer, content, body.text, body.links, message.plain_links);
  }
}

/// docs/decisions/0030, for the elements of a person's own message.
bool is_kept_back(const OutgoingMessage& message, const xmpp::Element& each) {
  return message.plain_links && message.about->has_files && each.is("x", xmpp::oob_ns) &&
         each.child_text("url", xmpp::oob_ns) != message.about->body;
}

/// What stands in a message behind its addresses.
void write_inside(xmpp::Writer& writer, const OutgoingMessage& message, const chat::Content& content) {
  writer.attribute("type", message.type);
  if (!message.id.empty()) writer.attribute("id", message.id);
  if (!content.title.empty() && message.type != "groupchat") writer.leaf("subject", content.title);
  write_text(writer, message, content);
  if (!content.thread.empty()) {
    writer.open("thread");
    if (!message.thread_parent.empty()) writer.attribute("parent", message.thread_parent);
    writer.text(content.thread);
    writer.close();
  }
  if (!message.origin_id.empty()) xmpp::write_origin_id(writer, message.origin_id);
  if (!message.stanza_id.empty()) xmpp::write_stanza_id(writer, message.stanza_id, message.stanza_id_by);
  if (!message.occupant_id.empty()) xmpp::write_occupant_id(writer, message.occupant_id);
  if (message.private_in_room) {
    writer.open("x", xmpp::ns::muc_user);
    writer.close();
  }
  if (content.kind == chat::Content::Kind::encrypted && !content.encryption.empty()) {
    xmpp::write_encryption(writer, content.encryption);
  }
  if (content.kind == chat::Content::Kind::location) {
    if (const auto place = xmpp::make_geoloc(content.text)) writer.element(*place);
  }
  if (message.about != nullptr) {
    for (const xmpp::Element& each : message.about->elements) {
      if (!is_kept_back(message, each)) writer.element(each);
    }
  }
  if (!message.nick.empty()) xmpp::write_nick(writer, message.nick);
  if (message.delay) xmpp::write_delay(writer, *message.delay, message.delay_from);
}

}  // namespace

std::string to_body(const chat::Content& content) { return make_body(content).text; }

void write(xmpp::Writer& writer, const OutgoingMessage& message, const chat::Content& content) {
  writer.begin_prepared("message", message.from_bare, message.from_resource, message.to);
  write_inside(writer, message, content);
}

void write_forwarded(xmpp::Writer& writer, const OutgoingMessage& message, const chat::Content& content) {
  writer.open("message", "jabber:client");
  writer.attribute_prepared("from", message.from_bare, message.from_resource);
  write_inside(writer, message, content);
  writer.close();
}

}  // namespace dragoman::gateway
