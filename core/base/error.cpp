#include "base/error.hpp"

namespace dragoman {

std::string_view to_string(Fault fault) {
  switch (fault) {
    case Fault::malformed:
      return "malformed";
    case Fault::too_long:
      return "too_long";
    case Fault::not_found:
      return "not_found";
    case Fault::absent:
      return "absent";
    case Fault::conflict:
      return "conflict";
    case Fault::forbidden:
      return "forbidden";
    case Fault::unauthorized:
      return "unauthorized";
    case Fault::members_only:
      return "members_only";
    case Fault::not_allowed:
      return "not_allowed";
    case Fault::unsupported:
      return "unsupported";
    case Fault::unacceptable:
      return "unacceptable";
    case Fault::limited:
      return "limited";
    case Fault::full:
      return "full";
    case Fault::timeout:
      return "timeout";
    case Fault::unavailable:
      return "unavailable";
    case Fault::closed:
      return "closed";
    case Fault::storage:
      return "storage";
    case Fault::internal:
      return "internal";
  }
  return "internal";
}

}  // namespace dragoman
