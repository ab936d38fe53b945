// Which dialects a command speaks.

import ArgumentParser
import Foundation
import Pipeline
import Traffic

/// `--dialect FILE`, `--variant` and `--only-dialect`, the same in every subcommand that reads messages.
struct DialectOptions: ParsableArguments {
    @Option(
        name: .customLong("dialect"),
        help: ArgumentHelp(
            "A definition that adds a dialect or replaces the one of its name; repeatable. "
                + "Beside it, those in $OTATAPE_DIALECTS or ~/.config/otatape/dialects count.",
            valueName: "file"
        ),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var files: [String] = []

    @OptionGroup var variants: VariantOptions

    @Option(
        name: .customLong("only-dialect"),
        help: ArgumentHelp("Speak this dialect only; repeatable.", valueName: "name")
    )
    var only: [String] = []

    /// Loads the dialects, and says on stderr which ones replace others.
    func load() throws -> DialectCatalog {
        for file in files where !FileManager.default.fileExists(atPath: file) {
            let names = DialectCatalog.builtInNames
            let name = names.contains(file) ? file : Spelling.nearest(to: file, among: names)
            throw ValidationError(
                "--dialect \(file): there is no such file. To read one dialect only, give --only-dialect "
                    + "\(name ?? "NAME")."
            )
        }
        return try variants.load(files: files, only: only)
    }
}
