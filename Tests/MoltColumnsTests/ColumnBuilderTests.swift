import MoltColumns
import Testing

@Suite("Column builders")
struct ColumnBuilderTests {
}
