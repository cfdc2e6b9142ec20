#include "backends/matrix/received.hpp"

#include <algorithm>
#include <utility>

#include "backends/matrix/address.hpp"
#include "backends/matrix/handlers.hpp"
#include "backends/matrix/message_read.hpp"

namespace dragoman::backends::matrix {

namespace {

/// A file that this gateway can give to nobody is at least named.
void name_file(chat::Content& content, const chat::Attachment& file) {
  if (!content.text.empty()) content.text += '\n';
  content.text += '[' + (file.name.empty() ? std::string{"file"} : file.name) + ']';
}

/// Its thumbnail is behind a link as well, under the name of the file.
void put_thumbnail_link(const State& state, chat::Attachment& file) {
  if (!file.thumbnail) return;
  chat::Attachment small;
  small.url = file.thumbnail->url;
  small.name = file.name;
  file.thumbnail->url = state.shared.link_to(state.me.owner, small);
  if (file.thumbnail->url.empty()) file.thumbnail.reset();
}

}  // namespace

chat::Content for_owner(const State& state, const Room& room, chat::Content content) {
  std::vector<chat::Attachment> files;
  for (chat::Attachment& file : content.attachments) {
    if (file.url.starts_with("mxc://")) {
      std::string link = state.shared.link_to ? state.shared.link_to(state.me.owner, file) : std::string{};
      if (link.empty()) {
        name_file(content, file);
        continue;
      }
      put_thumbnail_link(state, file);
      file.url = std::move(link);
    }
    files.push_back(std::move(file));
  }
  content.attachments = std::move(files);
  for (chat::Span& span : content.spans) {
    if (span.kind == chat::Span::Kind::mention && is_user_id(span.value)) span.value = nickname_of(room, span.value);
  }
  return content;
}

std::optional<Event> opened_event(const State& state, const Room& room, const Event& event) {
  if (event.type != "m.room.encrypted" || event.redacted) return std::nullopt;
  auto opened = state.encryption->open(room.id, event);
  const bool is_readable = opened && opened->type != event.type && !opened->is_state();
  return is_readable ? std::move(opened) : std::nullopt;
}

chat::MessageReceived make_received(State& state, Room& room, const Event& event, chat::Content content, bool replayed,
                                    Timestamp now) {
  chat::MessageReceived received;
  received.conversation = conversation_of(state, room);
  received.author = author_of(state, room, event.sender);
  received.id.text = event.id;
  if (state.me.threads_inline && !content.thread.empty() && content.reply_to.empty()) {
    content.reply_to.text = answered_in_thread(event);
  }
  received.content = for_owner(state, room, std::move(content));
  if (event.time != Timestamp{}) received.time = std::min(event.time, now);
  received.replayed = replayed;
  return received;
}

std::optional<chat::MessageReceived> read_past(State& state, Room& room, const Event& event, Timestamp now) {
  if (event.redacted) return std::nullopt;
  if (const auto opened = opened_event(state, room, event)) return read_past(state, room, *opened, now);
  Message message = read_message(event);
  chat::Content* content = nullptr;
  if (auto* said = std::get_if<Said>(&message)) content = &said->content;
  if (auto* poll = std::get_if<PollStarted>(&message)) content = &poll->content;
  if (auto* encrypted = std::get_if<Encrypted>(&message); encrypted != nullptr && encrypted->edited.empty()) {
    content = &encrypted->content;
  }
  if (content == nullptr) return std::nullopt;
  if (const auto edit = read_event(event.latest_edit)) {
    Message latest = read_message(*edit);
    if (auto* edited = std::get_if<Edited>(&latest); edited != nullptr && edit->sender == event.sender) {
      edited->content.reply_to = content->reply_to;
      edited->content.thread = content->thread;
      *content = std::move(edited->content);
    }
  }
  return make_received(state, room, event, std::move(*content), true, now);
}

}  // namespace dragoman::backends::matrix
