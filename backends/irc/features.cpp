#include "backends/irc/features.hpp"

namespace dragoman::backends::irc {

chat::Capabilities capabilities_of(const Isupport* isupport) {
  using chat::Feature, chat::Support;
  chat::Capabilities capabilities;
  for (const Feature feature :
       {Feature::topic, Feature::set_topic, Feature::invite, Feature::kick, Feature::ban, Feature::ranks,
        Feature::list_rooms, Feature::search_people, Feature::room_settings, Feature::contacts,
        Feature::person_presence, Feature::mentions, Feature::profile, Feature::create_room}) {
    capabilities.set(feature, Support::native);
  }
  for (const Feature feature : {Feature::multiline, Feature::attachments, Feature::formatting, Feature::titles,
                                Feature::edit, Feature::reply}) {
    capabilities.set(feature, Support::as_text);
  }
  if (isupport != nullptr) {
    capabilities.topic_bytes = isupport->topic_length;
    capabilities.nickname_bytes = isupport->nick_length;
  }
  return capabilities;
}

}  // namespace dragoman::backends::irc
