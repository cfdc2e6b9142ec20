#include "gateway/questions.hpp"
#include "gateway/xhtml.hpp"
#include "xmpp/chat_states.hpp"
#include "xmpp/correction.hpp"
#include "xmpp/fallback.hpp"
#include "xmpp/file_sharing.hpp"
#include "xmpp/hints.hpp"
#include "xmpp/markers.hpp"
#include "xmpp/reactions.hpp"
#include "xmpp/reference.hpp"
#include "xmpp/reply.hpp"
#include "xmpp/retraction.hpp"
#include "xmpp/styling.hpp"

namespace dragoman::gateway {

namespace {

using chat::Feature;
using chat::Support;

struct Row {
  Feature feature;
  Support least;  ///< as_text: what becomes readable text is done too
  std::string_view ns;
};
constexpr Row rows[] = {
    {Feature::typing, Support::native, xmpp::chat_states_ns},  {Feature::edit, Support::as_text, xmpp::correction_ns},
    {Feature::retract, Support::native, xmpp::retraction_ns},  {Feature::react, Support::native, xmpp::reactions_ns},
    {Feature::reply, Support::as_text, xmpp::reply_ns},        {Feature::reply, Support::as_text, xmpp::fallback_ns},
    {Feature::read_marks, Support::native, xmpp::markers_ns},  {Feature::formatting, Support::native, xmpp::styling_ns},
    {Feature::formatting, Support::native, xhtml_im_ns},       {Feature::mentions, Support::native, xmpp::reference_ns},
    {Feature::attachments, Support::as_text, xmpp::sfs_ns},    {Feature::attachments, Support::as_text, xmpp::sims_ns},
    {Feature::attachments, Support::as_text, xmpp::hashes_ns}, {Feature::attachments, Support::native, xmpp::thumbs_ns},
};

}  // namespace

std::vector<std::string> message_features(const chat::Capabilities& can) {
  std::vector<std::string> features;
  for (const Row& row : rows) {
    if (can.of(row.feature) >= row.least) features.emplace_back(row.ns);
  }
  return features;
}

xmpp::DataForm reaction_limits(const chat::Capabilities& can) {
  xmpp::DataForm form;
  form.type = xmpp::DataForm::Type::result;
  form.form_type = "urn:xmpp:reactions:0:restrictions";
  form.add("max_reactions_per_user", "", std::to_string(can.reactions));
  return form;
}

}  // namespace dragoman::gateway
