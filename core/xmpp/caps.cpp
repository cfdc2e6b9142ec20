#include "xmpp/caps.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include <openssl/evp.h>

#include "base/text.hpp"
#include "xmpp/namespaces.hpp"

namespace dragoman::xmpp {

namespace {

constexpr std::size_t ver_size = 28;  // of 20 bytes in base64

void append(std::string& text, std::string_view part) {
  text += part;
  text += '<';
}

void append_form(std::string& text, const DataForm& form) {
  append(text, form.form_type);
  std::vector<const DataForm::Field*> fields;
  for (const DataForm::Field& field : form.fields) fields.push_back(&field);
  std::sort(fields.begin(), fields.end(), [](const auto* a, const auto* b) { return a->var < b->var; });
  for (const DataForm::Field* field : fields) {
    append(text, field->var);
    std::vector<std::string> values = field->values;
    std::sort(values.begin(), values.end());
    for (const std::string& value : values) append(text, value);
  }
}

/// Over these features, in this order.
std::string hash(const DiscoInfo& info, const std::vector<std::string>& features) {
  std::string text;
  std::vector<DiscoIdentity> identities = info.identities;
  std::sort(identities.begin(), identities.end(), [](const DiscoIdentity& a, const DiscoIdentity& b) {
    return std::tie(a.category, a.type, a.lang) < std::tie(b.category, b.type, b.lang);
  });
  for (const DiscoIdentity& identity : identities) {
    append(text, identity.category + '/' + identity.type + '/' + identity.lang + '/' + identity.name);
  }
  for (const std::string& feature : features) append(text, feature);
  std::vector<const DataForm*> forms;
  for (const DataForm& form : info.forms) {
    if (!form.form_type.empty()) forms.push_back(&form);
  }
  std::sort(forms.begin(), forms.end(), [](const auto* a, const auto* b) { return a->form_type < b->form_type; });
  for (const DataForm* form : forms) append_form(text, *form);

  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr) != 1) return {};
  return text::to_base64({reinterpret_cast<const char*>(digest), size});
}

template <class Value>
bool has_twice(std::vector<Value> values) {
  std::sort(values.begin(), values.end());
  return std::adjacent_find(values.begin(), values.end()) != values.end();
}

bool is_ambiguous(std::string_view text) { return text.find('<') != std::string_view::npos; }

bool is_well_formed(const DiscoInfo& info) {
  if (has_twice(info.identities) || has_twice(info.features)) return false;
  std::vector<std::string> form_types;
  for (const DataForm& form : info.forms) {
    form_types.push_back(form.form_type);
    if (is_ambiguous(form.form_type)) return false;
    for (const DataForm::Field& field : form.fields) {
      if (is_ambiguous(field.var) || std::any_of(field.values.begin(), field.values.end(), is_ambiguous)) return false;
    }
  }
  if (has_twice(form_types)) return false;
  return std::none_of(info.features.begin(), info.features.end(), is_ambiguous) &&
         std::none_of(info.identities.begin(), info.identities.end(), [](const DiscoIdentity& each) {
           return is_ambiguous(each.category) || is_ambiguous(each.type) || is_ambiguous(each.lang) ||
                  is_ambiguous(each.name);
         });
}

}  // namespace

std::string caps_ver(const DiscoInfo& info) {
  std::vector<std::string> features = info.features;
  features.emplace_back(ns::disco_info);
  std::sort(features.begin(), features.end());
  features.erase(std::unique(features.begin(), features.end()), features.end());
  return hash(info, features);
}

void write_caps(Writer& writer, std::string_view ver) {
  writer.open("c", ns::caps);
  writer.attribute("hash", "sha-1");
  writer.attribute("node", caps_node);
  writer.attribute("ver", ver);
  writer.close();
}

bool is_caps_node(std::string_view node, std::string_view ver) {
  return node.size() == caps_node.size() + 1 + ver.size() && node.starts_with(caps_node) &&
         node[caps_node.size()] == '#' && node.ends_with(ver);
}

std::optional<Caps> read_caps(const Element& presence) {
  const Element* c = presence.child("c", ns::caps);
  if (c == nullptr || c->get("hash") != "sha-1" || c->get("ver").size() != ver_size) return std::nullopt;
  return Caps{std::string{c->get("node")}, std::string{c->get("ver")}};
}

bool has_ver(const DiscoInfo& info, std::string_view ver) {
  if (!is_well_formed(info)) return false;
  std::vector<std::string> features = info.features;
  std::sort(features.begin(), features.end());
  return hash(info, features) == ver;
}

}  // namespace dragoman::xmpp
