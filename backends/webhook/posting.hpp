#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "chat/content.hpp"

namespace dragoman::backends::webhook {

/// A file that came along in a request.
struct File {
  std::string name;        ///< without folders, never empty
  std::string media_type;  ///< what the sender says; the bytes decide
  std::string bytes;
  bool operator==(const File&) const = default;
};

/// How bad what is told is.
enum class Level : std::uint8_t { info, good, warning, error };

/// One message that a request asks for, fit for XMPP: valid UTF-8 without control characters, within the limits that
/// were asked for.
struct Posting {
  enum class After : std::uint8_t {
    fresh,  ///< a message of its own
    reply,  ///< answers the last posting with the same key
    edit,   ///< takes the place of the last posting with the same key
  };

  chat::Content content;      ///< attachments are what the sender names by URL
  std::vector<File> files;    ///< attachments that came in the request
  std::string actor;          ///< who speaks, one line; empty: the hook itself
  std::string actor_picture;  ///< an http(s) URL
  std::string key;            ///< what the sender calls this thing; empty: nothing that could be named later
  After after = After::fresh;
  std::string thread;  ///< groups what belongs together; empty: none
  Level level = Level::info;
  std::string event;  ///< what happened, in the product's own words: "push", "issues.opened", "firing"
  std::string link;   ///< where the whole is shown; empty: nowhere
};

}  // namespace dragoman::backends::webhook
