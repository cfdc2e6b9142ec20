#include "media/byte_range.hpp"

#include <gtest/gtest.h>

namespace dragoman::media {
namespace {

TEST(ByteRange, IsReadFromTheField) {
  EXPECT_EQ(read_range("bytes=0-499"), (ByteRange{0, 499, {}}));
  EXPECT_EQ(read_range("bytes=500-"), (ByteRange{500, {}, {}}));
  EXPECT_EQ(read_range("bytes=-500"), (ByteRange{0, {}, 500}));
  EXPECT_EQ(read_range("Bytes = 7-7 "), (ByteRange{7, 7, {}}));
}

TEST(ByteRange, IsNotThereWhenTheFieldMeansNothing) {
  for (const char* field :
       {"", "bytes", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "bytes=0-1,3-4", "items=0-1", "bytes=-5-",
        "bytes=0-1x", "bytes=0x1-2", "bytes=+1-2", "bytes=99999999999999999999-", "bytes=1 -2", "bytes==1-2"}) {
    EXPECT_FALSE(read_range(field)) << field;
  }
}

TEST(ByteRange, LiesInAFile) {
  const auto lies = [](const char* field, std::uint64_t size) { return locate(*read_range(field), size); };
  EXPECT_EQ(lies("bytes=0-0", 10), (Span{0, 1}));
  EXPECT_EQ(lies("bytes=0-", 10), (Span{0, 10}));
  EXPECT_EQ(lies("bytes=9-", 10), (Span{9, 1}));
  EXPECT_EQ(lies("bytes=5-99", 10), (Span{5, 5}));
  EXPECT_EQ(lies("bytes=5-18446744073709551615", 10), (Span{5, 5}));
  EXPECT_EQ(lies("bytes=-3", 10), (Span{7, 3}));
  EXPECT_EQ(lies("bytes=-30", 10), (Span{0, 10}));
  EXPECT_EQ(lies("bytes=10-", 10), std::nullopt);
  EXPECT_EQ(lies("bytes=-0", 10), std::nullopt);
  EXPECT_EQ(lies("bytes=0-", 0), std::nullopt);
  EXPECT_EQ(lies("bytes=-1", 0), std::nullopt);
}

}  // namespace
}  // namespace dragoman::media
