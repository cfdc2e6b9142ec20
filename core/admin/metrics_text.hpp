#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/histogram.hpp"

namespace dragoman::admin {

/// The text format of Prometheus, version 0.0.4: families one after the other, each with its help and type.
class MetricsText {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  void family(std::string_view name, std::string_view type, std::string_view help);
  /// A sample of the family that was begun last.
  void sample(double value, Labels labels = {});
  void sample(std::uint64_t value, Labels labels = {});
  /// The buckets, sum and count of a histogram, in seconds.
  void sample(const Histogram& times, Labels labels = {});

  const std::string& text() const { return text_; }

 private:
  void line(std::string_view suffix, Labels labels, std::string_view limit, std::string_view value);

  std::string name_;
  std::string text_;
};

}  // namespace dragoman::admin
