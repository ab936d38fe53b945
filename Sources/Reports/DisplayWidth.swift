// How many cells of a terminal a text takes. Unicode Standard Annex 11.

/// Counts terminal cells: wide characters take two, combining marks none.
enum DisplayWidth {
    /// The cells that `text` takes; it must be free of control characters.
    static func of(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + cells(of: $1) }
    }

    /// The text in lines of at most `width` cells, broken at spaces where there are any.
    static func lines(of text: String, width: Int) -> [String] {
        guard of(text) > width else { return [text] }
        var lines = [""]
        var used = 0
        for word in text.split(separator: " ", omittingEmptySubsequences: false).map(String.init) {
            let length = of(word)
            if !lines[lines.count - 1].isEmpty {
                if used + 1 + min(length, width) <= width {
                    lines[lines.count - 1] += " "
                    used += 1
                } else {
                    lines.append("")
                    used = 0
                }
            }
            for character in word {
                let cells = cells(of: character)
                if used + cells > width, used > 0 {
                    lines.append("")
                    used = 0
                }
                lines[lines.count - 1].append(character)
                used += cells
            }
        }
        return lines
    }

    private static func cells(of character: Character) -> Int {
        let scalars = character.unicodeScalars
        let isEmoji = scalars.contains { $0.properties.isEmojiPresentation || $0.value == 0xFE0F }
        return isEmoji || scalars.contains(where: isWide) ? 2 : isZeroWidth(scalars) ? 0 : 1
    }

    private static func isZeroWidth(_ scalars: Character.UnicodeScalarView) -> Bool {
        scalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: true
            default: false
            }
        }
    }

    /// East Asian Wide and Fullwidth: Hangul, kana, CJK, full-width forms and the supplementary ideographs.
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60,
            0xFFE0...0xFFE6, 0x17000...0x18DFF, 0x1B000...0x1B2FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
