// The one dialect that a command speaks.

import ArgumentParser
import Dialects
import Foundation
import Pipeline

/// `--dialect NAME`, where one dialect is spoken; a definition file's path names the dialect in it.
struct SpokenDialectOptions: ParsableArguments {
    @Option(
        name: .customLong("dialect"),
        help: ArgumentHelp(
            "Dialect the device speaks: a name of `otatape dialect list`, or a definition file.",
            valueName: "name-or-file"
        )
    )
    var choice = "iot-cloud-ota"

    @OptionGroup var variants: VariantOptions

    /// Loads the dialects.
    /// - Returns: them all, and the name of the one to speak.
    func load() throws -> (dialects: DialectSet, name: String) {
        guard choice.hasSuffix(".yaml") || choice.hasSuffix(".yml") || choice.contains("/") else {
            let catalog = try variants.load(files: [])
            return (catalog.dialects, try catalog.entry(named: choice).dialect.name)
        }
        let catalog = try variants.load(files: [choice])
        let given = catalog.entries.first { $0.source == .file(choice) }
        return (catalog.dialects, given?.dialect.name ?? choice)
    }
}
