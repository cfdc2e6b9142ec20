#include "bridge/faces.hpp"

#include "bridge/plan.hpp"

namespace dragoman::bridge {

namespace {

/// Of those who were seen since the start; who is forgotten is told again when they change their picture.
constexpr std::size_t most_faces = 5000;

std::string name_of_face(const std::string& place, const std::string& key) { return "face in " + place + " of " + key; }

}  // namespace

void Faces::learn(const std::string& key, const std::string& picture) {
  if (known_.size() >= most_faces && !known_.contains(key)) known_.clear();
  known_[key] = picture;
}

const std::string* Faces::of(const std::string& key) const {
  const auto known = known_.find(key);
  return known == known_.end() ? nullptr : &known->second;
}

bool Faces::is_shown(const std::string& place, const std::string& key, const std::string& picture) const {
  const std::string name = name_of_face(place, key);
  if (const auto shown = shown_.find(name); shown != shown_.end()) return shown->second == picture;
  return store_.reader_now().document(document_kind, owner_, name).value_or("") == picture;
}

void Faces::note_shown(const std::string& place, const std::string& key, const std::string& picture) {
  const std::string name = name_of_face(place, key);
  if (shown_.size() >= most_faces) shown_.clear();
  shown_[name] = picture;
  picture.empty() ? store_.erase(document_kind, owner_, name) : store_.put({document_kind, owner_, name, picture});
}

}  // namespace dragoman::bridge
