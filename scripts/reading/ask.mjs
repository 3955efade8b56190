// Asks the binary, and remembers what was asked for the last section of the reading.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ALONE = ["--store", "none", "--config", "none"];

/** A way to ask one binary; `asked` lists the commands as a person would type them. */
export function asker(binary) {
  const folder = mkdtempSync(join(tmpdir(), "jidi-reading-"));
  const asked = [];
  // Settings of who runs this would change the answers.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("JIDI_")));
  const call = (args) => {
    asked.push(`jidi ${args.map(quoted).join(" ")}`.replaceAll(`${folder}/`, ""));
    return execFileSync(binary, [...args, ...ALONE], { env, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] });
  };
  return {
    asked,
    /** The answer of an analysis; options are given as they are typed, without dashes. */
    run: (name, what, options = {}) => {
      const flags = Object.entries(options).flatMap(([key, value]) => [`--${key}`, String(value)]);
      return JSON.parse(call(["run", name, what, ...flags, "--seed", "1", "--json"]));
    },
    /** All features of a collection. */
    collection: (id) => {
      const file = join(folder, `${id}.geojson`);
      call(["export", id, "-o", file]);
      return JSON.parse(readFileSync(file, "utf8")).features;
    },
    /** Where the geocoder puts a name. */
    place: (name) => {
      const list = join(folder, "places.csv");
      const located = join(folder, "places.geojson");
      writeFileSync(list, `name\n${name}\n`);
      call(["geocode", list, "-o", located]);
      return JSON.parse(readFileSync(located, "utf8")).features[0].geometry.coordinates;
    },
    /** Keeps features as a file that can be asked about. */
    file: (name, features) => {
      const file = join(folder, name);
      writeFileSync(file, JSON.stringify({ type: "FeatureCollection", features }));
      return file;
    },
    done: () => rmSync(folder, { recursive: true }),
  };
}

const quoted = (word) => (/[\s']/.test(word) ? `"${word}"` : word);
