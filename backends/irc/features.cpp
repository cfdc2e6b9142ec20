#include "backends/irc/features.hpp"

#include "backends/irc/client_tags.hpp"
#include "backends/irc/history.hpp"
#include "backends/irc/line_writer.hpp"
#include "backends/irc/read_marker.hpp"

namespace dragoman::backends::irc {

namespace {
/// Of a line: prefix, command and target, as most people and channels have them. Only a measure of how many lines a
/// text will be; what is written is cut at the real ones.
constexpr std::size_t usual_frame = 112;
}  // namespace

chat::Capabilities capabilities_of(const Isupport* isupport, const CapSet& caps, const Shared& shared,
                                   const MultilineLimits& multiline) {
  using chat::Feature, chat::Support;
  chat::Capabilities capabilities;
  for (const Feature feature : {Feature::topic, Feature::set_topic, Feature::invite, Feature::kick, Feature::ban,
                                Feature::ranks, Feature::list_rooms, Feature::search_people, Feature::room_settings,
                                Feature::contacts, Feature::person_presence, Feature::mentions, Feature::profile,
                                Feature::set_profile, Feature::create_room, Feature::raw}) {
    capabilities.set(feature, Support::native);
  }
  for (const Feature feature :
       {Feature::multiline, Feature::attachments, Feature::titles, Feature::edit, Feature::reply}) {
    capabilities.set(feature, Support::as_text);
  }
  const std::size_t limit = isupport == nullptr ? line_limit : std::max(isupport->line_length, line_limit);
  capabilities.line_bytes = limit - usual_frame;
  capabilities.text_lines = shared.lines.most;
  capabilities.paste_lines = shared.lines.paste;
  capabilities.set(Feature::formatting, shared.formatting ? Support::native : Support::as_text);
  if (isupport != nullptr && caps.has(Cap::message_tags)) {
    if (passes(*isupport, ClientTag::typing)) capabilities.set(Feature::typing, Support::native);
    // What we said ourselves has a name only where it comes back to us.
    const bool named = caps.has(Cap::echo_message) && passes(*isupport, ClientTag::reply);
    if (named) capabilities.set(Feature::reply, Support::native);
    if (named && passes(*isupport, ClientTag::react)) capabilities.set(Feature::react, Support::native);
    if (caps.has(Cap::message_redaction)) {
      if (caps.has(Cap::echo_message)) capabilities.set(Feature::retract, Support::native);
      capabilities.set(Feature::moderate, Support::native);
    }
  }
  if (isupport != nullptr && caps.has(Cap::multiline) && caps.has(Cap::batch) && multiline.bytes > 0) {
    capabilities.set(Feature::multiline, Support::native);
    capabilities.whole_bytes = multiline.bytes;
    capabilities.whole_lines = multiline.lines;
  }
  if (isupport != nullptr && has_history(caps)) capabilities.set(Feature::history, Support::native);
  if (marks_what_is_read(caps)) capabilities.set(Feature::read_marks, Support::native);
  if (isupport != nullptr) {
    capabilities.topic_bytes = isupport->topic_length;
    capabilities.nickname_bytes = isupport->nick_length;
  }
  return capabilities;
}

}  // namespace dragoman::backends::irc
