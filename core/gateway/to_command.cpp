#include "gateway/to_command.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "gateway/attachments.hpp"
#include "gateway/mentions.hpp"
#include "gateway/styling.hpp"
#include "gateway/xhtml.hpp"
#include "xmpp/chat_states.hpp"
#include "xmpp/correction.hpp"
#include "xmpp/encryption.hpp"
#include "xmpp/fallback.hpp"
#include "xmpp/file_sharing.hpp"
#include "xmpp/geoloc.hpp"
#include "xmpp/hints.hpp"
#include "xmpp/markers.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/receipts.hpp"
#include "xmpp/reply.hpp"
#include "xmpp/retraction.hpp"
#include "xmpp/roster_exchange.hpp"
#include "xmpp/stanza_id.hpp"
#include "xmpp/styling.hpp"

namespace dragoman::gateway {

namespace {

constexpr std::size_t longest_quote = 2048;
constexpr std::size_t longest_kept_body = 4096;

/// The body without xml:lang, else the first one (xmpp.md 2.1).
const xmpp::Element* choose_body(const xmpp::Element& message) {
  const xmpp::Element* first = nullptr;
  for (const xmpp::Element& child : message.children) {
    if (!child.is("body", message.ns)) continue;
    if (!child.has("xml:lang")) return &child;
    if (first == nullptr) first = &child;
  }
  return first;
}

/// A place is its URI in the text, where it does not stand there already.
void append_place(const xmpp::Element& message, chat::Content& content) {
  const auto place = xmpp::read_geoloc(message);
  if (!place) return;
  content.kind = chat::Content::Kind::location;
  if (content.text.find("geo:") != std::string::npos) return;
  if (!content.text.empty()) content.text += '\n';
  content.text += *place;
}

/// "King <claudius@denmark> (Royalty)"
std::string to_line(const xmpp::SuggestedContact& contact) {
  std::string groups;
  for (const std::string& group : contact.groups) groups += (groups.empty() ? "" : ", ") + group;
  std::string line = contact.name.empty() ? contact.jid : contact.name + " <" + contact.jid + '>';
  if (!groups.empty()) line += " (" + groups + ')';
  return text::without_controls(line, false);
}

/// Contacts that are attached become lines: no network adds them to a list.
void append_contacts(const xmpp::Element& message, chat::Content& content) {
  for (const xmpp::SuggestedContact& contact : xmpp::read_suggested_contacts(message)) {
    if (!content.text.empty()) content.text += '\n';
    content.text += to_line(contact);
  }
}

}  // namespace

std::string to_plain_text(std::string_view body) {
  std::string text;
  if (body.find('\r') != std::string_view::npos) {
    for (std::size_t i = 0; i < body.size(); ++i) {
      if (body[i] != '\r') {
        text += body[i];
      } else {
        if (i + 1 < body.size() && body[i + 1] == '\n') continue;
        text += '\n';
      }
    }
    body = text;
  }
  text = text::without_controls(body, true);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

namespace {

/// Everything that most messages have none of: looked for only when there is something besides the usual.
void read_extensions(const xmpp::Element& message, MessageRequest& request) {
  request.markable = message.child("markable", xmpp::markers_ns) != nullptr;
  request.no_store = xmpp::is_not_to_be_stored(message);
  request.unstyled = xmpp::is_unstyled(message);
  request.replaces = xmpp::read_correction(message);
  request.retracts = xmpp::read_retraction(message);
  request.reactions = xmpp::read_reactions(message);
  request.displayed = xmpp::read_displayed(message);
  request.typing = xmpp::read_typing(message);
  const xmpp::Reply reply = xmpp::read_reply(message);
  request.reply_id = reply.id;
  request.reply_to = reply.to;
}

/// Nothing but text, an id, a wish for a receipt, and what every message of today's clients says besides.
bool is_plain(const xmpp::Element& message) {
  return std::all_of(message.children.begin(), message.children.end(), [&message](const xmpp::Element& child) {
    return child.is_text() || child.ns == message.ns || child.ns == xmpp::ns::stanza_id ||
           child.is("request", xmpp::ns::receipts);
  });
}

std::string without(std::string text, const std::vector<xmpp::Range>& ranges) {
  for (auto range = ranges.rbegin(); range != ranges.rend(); ++range) {
    text.erase(range->begin, range->end - range->begin);
  }
  return text;
}

/// The quotation in front of a reply, which has the <reply/> to say the same.
std::vector<xmpp::Range> find_quote(const xmpp::Element& message, const std::string& body, MessageRequest& request) {
  if (request.reply_id.empty()) return {};
  auto ranges = xmpp::read_fallback(message, xmpp::reply_ns, body);
  if (text::trim(without(body, ranges)).empty()) return {};  // nothing but a quotation: then that is what is said
  const bool in_front = ranges.size() == 1 && ranges[0].begin == 0 && ranges[0].end <= longest_quote;
  if (in_front) request.quote = body.substr(0, ranges[0].end);
  return ranges;
}

/// The body without what stands there for clients that do not know its replies and files.
std::string take_fallback(const xmpp::Element& message, std::string body, bool has_files, MessageRequest& request) {
  std::vector<xmpp::Range> ranges = find_quote(message, body, request);
  const auto of_files = has_files ? read_file_fallback(message, body) : std::vector<xmpp::Range>{};
  for (const xmpp::Range file : of_files) {
    const bool free = std::none_of(ranges.begin(), ranges.end(), [file](xmpp::Range other) {
      return file.begin < other.end && other.begin < file.end;
    });
    if (free) ranges.push_back(file);
  }
  std::sort(ranges.begin(), ranges.end(), [](xmpp::Range a, xmpp::Range b) { return a.begin < b.begin; });
  std::string rest = without(std::move(body), ranges);
  if (!of_files.empty()) rest.erase(0, std::min(rest.find_first_not_of('\n'), rest.size()));
  return rest;
}

/// What of its files the attachments do not say, for who reads XMPP. Not of what nobody may keep.
void keep_files(const xmpp::Element& message, const xmpp::Element* body, MessageRequest& request) {
  if (request.no_store) return;
  std::string text = body == nullptr ? std::string{} : body->text();
  if (text.size() > longest_kept_body) return;
  request.files = keep_file_elements(message);
  if (!request.files.empty()) request.body = std::move(text);
}

/// The rich form, where it is wanted or all there is.
std::optional<chat::Content> read_rich(const xmpp::Element& message, bool has_body, bool formatting) {
  if (has_body && !formatting) return std::nullopt;
  auto content = read_xhtml(message);
  if (content && !formatting) content->spans.clear();
  return content;
}

chat::Content read_text(const xmpp::Element& message, const xmpp::Element& body, bool formatting, bool has_files,
                        MessageRequest& request) {
  chat::Content content;
  content.text = to_plain_text(take_fallback(message, body.text(), has_files, request));
  if (content.text.starts_with("/me ")) {  // XEP-0245
    content.kind = chat::Content::Kind::action;
    content.text.erase(0, 4);
  }
  if (formatting && !request.unstyled) {
    read_styling(content.text, content);
  }
  read_mentions(message, body.text(), content);
  return content;
}

}  // namespace

Result<MessageRequest> read_message(const xmpp::Element& message, bool formatting) {
  MessageRequest request;
  request.id = message.get("id");
  request.origin_id = xmpp::read_origin_id(message);
  request.wants_receipt = xmpp::wants_receipt(message);
  const bool plain = is_plain(message);
  if (!plain) {
    if (xmpp::is_encrypted(message)) {
      return failure(Fault::unacceptable,
                     "This gateway cannot read encrypted messages: end-to-end encryption ends where the other network "
                     "begins. Switch it off for this conversation and send the message again.");
    }
    read_extensions(message, request);
    if (!request.retracts.empty() || request.reactions) return request;
  }
  const xmpp::Element* body = choose_body(message);
  const xmpp::Element* subject = message.child("subject", message.ns);
  const xmpp::Element* thread = message.child("thread", message.ns);
  chat::Content content, files;
  if (!plain) read_attachments(message, files);
  std::optional<chat::Content> rich;
  if (!plain && request.reply_id.empty()) rich = read_rich(message, body != nullptr, formatting);
  if (rich) {
    content = std::move(*rich);
  } else if (body != nullptr) {
    content = read_text(message, *body, formatting, !files.attachments.empty(), request);
  }
  if (!plain) {
    content.attachments = std::move(files.attachments);
    if (!content.attachments.empty()) keep_files(message, body, request);
    append_contacts(message, content);
    append_place(message, content);
  }
  if (content.text.empty() && content.attachments.empty()) {
    if (!plain && xmpp::shares_encrypted(message)) {
      return failure(
          Fault::unacceptable,
          "This gateway cannot pass on encrypted files. Switch encryption off for this conversation and send "
          "the file again.");
    }
    if (body == nullptr && subject != nullptr && thread == nullptr) {
      request.subject = text::without_controls(subject->text(), false);
    }
    if (body != nullptr && !request.replaces.empty()) request.retracts = std::move(request.replaces);
    return request;
  }
  if (subject != nullptr && message.get("type") != "groupchat") {
    content.title = text::without_controls(subject->text(), false);
  }
  if (thread != nullptr) {
    content.thread = thread->text();
    request.thread_parent = thread->get("parent");
  }
  request.content = std::move(content);
  return request;
}

chat::Command to_command(const chat::Conversation& conversation, MessageRequest& request) {
  if (!request.retracts.empty()) return chat::RetractMessage{conversation, {}, {}};
  if (request.reactions) return chat::React{conversation, {}, request.reactions->emoji};
  if (!request.replaces.empty()) return chat::EditMessage{conversation, {}, std::move(*request.content)};
  return chat::SendMessage{conversation, std::move(*request.content)};
}

}  // namespace dragoman::gateway
