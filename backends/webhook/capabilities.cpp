#include "backends/webhook/capabilities.hpp"

namespace dragoman::backends::webhook {

chat::Capabilities capabilities() {
  using chat::Feature;
  chat::Capabilities can;
  for (const Feature each :
       {Feature::edit, Feature::retract, Feature::react, Feature::reply, Feature::thread, Feature::attachments,
        Feature::formatting, Feature::titles, Feature::multiline, Feature::history, Feature::topic, Feature::list_rooms,
        Feature::search_people, Feature::contacts, Feature::person_presence, Feature::profile, Feature::pictures}) {
    can.set(each, chat::Support::native);
  }
  return can;
}

}  // namespace dragoman::backends::webhook
