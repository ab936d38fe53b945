// Kinds of loss by name.

import Testing
import Traffic

@testable import Pipeline

struct LossNameTests {
    @Test func `every kind that is counted has a name of its own`() {
        var losses = Losses()
        let kinds = Mirror(reflecting: losses).children.filter { $0.value is Int64 }.count
        #expect(Set(losses.named.map(\.0)).count == kinds)
        losses.unreachedNotKept = 3
        #expect(losses.named.contains { $0 == ("unreached_not_kept", 3) })
    }
}
