// What somebody meant who mistyped a name.

/// Finds the name that is meant.
public enum Spelling {
    /// The name nearest to what was typed; `nil` where none is near, or it is one of them.
    ///
    /// Near is a mistake in every three letters, at the most: a letter too many, too few, another, or two swapped.
    public static func nearest(to typed: String, among names: some Sequence<String>) -> String? {
        let typed = Array(typed.lowercased().prefix(64))
        let most = max(1, typed.count / 3)
        var best: (name: String, mistakes: Int)?
        for name in names {
            let mistakes = mistakes(between: typed, and: Array(name.lowercased().prefix(64)))
            if mistakes <= most, mistakes < best?.mistakes ?? .max { best = (name, mistakes) }
        }
        return best?.name
    }

    /// A question to add to what was said of a name, or nothing.
    public static func question(_ typed: String, among names: some Sequence<String>) -> String {
        nearest(to: typed, among: names).map { " Did you mean '\($0)'?" } ?? ""
    }

    /// The optimal string alignment distance.
    private static func mistakes(between left: [Character], and right: [Character]) -> Int {
        var before: [Int] = []
        var row = Array(0...right.count)
        for i in left.indices {
            var next = [i + 1]
            for j in right.indices {
                let isSame = left[i] == right[j]
                var least = min(row[j] + (isSame ? 0 : 1), row[j + 1] + 1, next[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    least = min(least, before[j - 1] + 1)
                }
                next.append(least)
            }
            (before, row) = (row, next)
        }
        return row[right.count]
    }
}
