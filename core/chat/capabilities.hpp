#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace dragoman::chat {

enum class Feature {
  edit,
  retract,
  moderate,
  react,
  reply,
  thread,
  typing,
  read_marks,
  attachments,
  formatting,  ///< native: spans go both ways, and signs in a text mean nothing
  mentions,    ///< tells who is meant by a part of a text
  titles,      ///< a subject line of one message
  multiline,
  history,
  topic,
  set_topic,
  invite,
  kick,
  ban,
  ranks,
  room_settings,
  list_rooms,
  search_people,
  contacts,
  person_presence,
  profile,
  set_profile,
  create_room,
  idle_time,  ///< takes since when its person is idle (SetPresence)
  pictures,   ///< of people and rooms: Profile::picture, RoomChanged::picture, GetPicture
  set_picture,
  raw,  ///< a line of its own language, as somebody writes it (Run)
};
inline constexpr std::size_t feature_count = static_cast<std::size_t>(Feature::raw) + 1;

/// How well a network does something: not at all, as readable text in its place, or as what it is.
enum class Support : std::uint8_t { no, as_text, native };

/// What a network can do, and its limits; a room may have fewer than its network.
struct Capabilities {
  std::array<Support, feature_count> support{};
  std::size_t text_bytes = 0;  ///< longest text in one message, bytes; 0: no limit
  std::size_t text_lines = 0;  ///< most lines in one message; 0: no limit
  std::size_t line_bytes = 0;  ///< a longer line becomes several, bytes, about; 0: no limit
  /// A text of more lines is better put where everybody can read it, and named by its address; 0: none is.
  std::size_t paste_lines = 0;
  /// A text within these is one message there, however many lines it has. Bytes 0: none is; lines 0: no limit.
  std::size_t whole_bytes = 0, whole_lines = 0;
  std::size_t topic_bytes = 0;
  std::size_t nickname_bytes = 0;
  std::uint64_t attachment_bytes = 0;
  std::size_t reactions = 0;  ///< most of one person to one message; 0: no limit
  bool operator==(const Capabilities&) const = default;

  Support of(Feature feature) const { return support[static_cast<std::size_t>(feature)]; }
  void set(Feature feature, Support value) { support[static_cast<std::size_t>(feature)] = value; }
  bool has(Feature feature) const { return of(feature) != Support::no; }
};

}  // namespace dragoman::chat
