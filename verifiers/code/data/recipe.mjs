// Prints the names of npm @faker-js/faker as JSON for recipe.py:
//
//   npm pack @faker-js/faker@10.6.0   # unpack
//   node recipe.mjs package > fakerjs.json

const { allLocales } = await import(`${process.cwd()}/${process.argv[2]}/dist/index.js`);
const kinds = {
  first: ["first_name", "male_first_name", "female_first_name", "middle_name"],
  last: ["last_name", "male_last_name", "female_last_name"],
};

function* strings(value) {
  if (typeof value === "string") yield value;
  else if (value?.value) yield value.value;
  else if (value && typeof value === "object") for (const v of Object.values(value)) yield* strings(v);
}

const names = { first: new Set(), last: new Set() };
for (const locale of Object.values(allLocales)) {
  for (const [list, keys] of Object.entries(kinds)) {
    for (const key of keys) {
      for (const name of strings(locale.person?.[key])) names[list].add(name);
    }
  }
}
console.log(JSON.stringify({ first: [...names.first], last: [...names.last] }));
