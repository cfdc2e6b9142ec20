#include "base/log.hpp"
#include "delivery/content_json.hpp"
#include "gateway/sent_messages.hpp"
#include "gateway/user.hpp"
#include "media/paste.hpp"

// Texts that are too long for the network go to an upload before they are performed; without one they are said line by
// line, up to a limit.

namespace dragoman::gateway {

namespace {

std::string too_long(const std::string& network, std::size_t most, std::size_t lines, const std::string& why) {
  return network + " takes at most " + std::to_string(most) + " lines in one message, and this one has " +
         std::to_string(lines) + ". It could not be put elsewhere either: " + why + ". Send it in parts.";
}

}  // namespace

std::optional<Error> SentMessages::refusal_of_length(const chat::Content& content,
                                                     const chat::Conversation& conversation) {
  const chat::Capabilities& can = user_.capabilities(conversation);
  if (can.text_lines == 0 || media::is_whole(content.text, can)) return std::nullopt;
  const std::size_t lines = media::count_lines(content.text, can.line_bytes);
  if (lines <= can.text_lines) return std::nullopt;
  if (can.paste_lines != 0 && context_.uploader != nullptr && context_.uploader->available()) return std::nullopt;
  return Error{Fault::too_long,
               too_long(context_.network.describe().name, can.text_lines, lines, "there is no upload service here")};
}

bool SentMessages::prepare(const delivery::Entry& entry) {
  if (context_.uploader == nullptr) return false;
  const chat::Conversation& conversation = delivery::conversation_of(entry.command);
  const chat::Capabilities& can = user_.capabilities(conversation);
  if (can.paste_lines == 0) return false;
  std::optional<chat::Command> in_its_words;
  if (!is_said_as_it_is(entry)) in_its_words = for_network(entry);
  const auto* send = std::get_if<chat::SendMessage>(in_its_words ? &*in_its_words : &entry.command);
  if (send == nullptr || media::is_whole(send->content.text, can)) return false;
  const std::size_t lines = media::count_lines(send->content.text, can.line_bytes);
  if (lines <= can.paste_lines) return false;
  const bool must = can.text_lines != 0 && lines > can.text_lines;
  if (!must && !context_.uploader->available()) return false;
  context_.uploader->upload(media::to_file(send->content),
                            [context = &context_, owner = owner_.str(), conversation, row = entry.row, lines,
                             most = can.text_lines](const Result<std::string>& url) {
                              User* user = context->find(owner);
                              if (user != nullptr) user->sent().uploaded(conversation, row, lines, most, url);
                            });
  return true;
}

void SentMessages::uploaded(const chat::Conversation& conversation, store::RowId row, std::size_t lines,
                            std::size_t most, const Result<std::string>& url) {
  if (url) return outgoing_.prepared(conversation, row, *url);
  if (most == 0 || lines <= most) return outgoing_.prepared(conversation, row, {});
  outgoing_.unprepared(conversation, row, Fault::too_long,
                       too_long(context_.network.describe().name, most, lines, url.error().text));
}

}  // namespace dragoman::gateway
