/** The short names of common emoji, as Slack spells them. Data only. */

const TABLE = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|100 💯|alarm_clock ⏰|alert 🚨|ambulance 🚑|anchor ⚓|angry 😠
arrow_down ⬇️|arrow_forward ▶️|arrow_left ⬅️|arrow_right ➡️|arrow_up ⬆️|arrows_counterclockwise 🔄
bangbang ‼️|bar_chart 📊|battery 🔋|bell 🔔|black_circle ⚫|black_square_button 🔲|blue_heart 💙|book 📖
bookmark 🔖|books 📚|boom 💥|broken_heart 💔|brain 🧠|bug 🐛|bulb 💡|busts_in_silhouette 👥|cactus 🌵
calendar 📅|camera 📷|card_index 📇|chart_with_downwards_trend 📉|chart_with_upwards_trend 📈
clap 👏|clipboard 📋|clock1 🕐|closed_book 📕|closed_lock_with_key 🔐|cloud ☁️|coffee ☕|compass 🧭
computer 💻|confused 😕|construction 🚧|control_knobs 🎛️|crossed_fingers 🤞|cry 😢|crystal_ball 🔮|dart 🎯
date 📆|desktop_computer 🖥️|detective 🕵️|dizzy 💫|door 🚪|droplet 💧|ear 👂|email ✉️|envelope ✉️
exclamation ❗|eyes 👀|face_with_monocle 🧐|factory 🏭|fast_forward ⏩|file_folder 📁|fire 🔥
fire_engine 🚒|fire_extinguisher 🧯|flashlight 🔦|floppy_disk 💾|ghost 👻|gear ⚙️|globe_with_meridians 🌐
green_circle 🟢|large_green_circle 🟢|grey_exclamation ❕|grey_question ❔|grin 😁|grinning 😀|hammer 🔨
hammer_and_wrench 🛠️|handshake 🤝|hash #️⃣|heart ❤️|heavy_check_mark ✔️|heavy_minus_sign ➖
heavy_plus_sign ➕|helmet_with_white_cross ⛑️|hourglass ⌛|hourglass_flowing_sand ⏳|hugging_face 🤗
inbox_tray 📥|information_source ℹ️|joy 😂|key 🔑|label 🏷️|large_blue_circle 🔵|large_orange_circle 🟠
large_purple_circle 🟣|large_red_square 🟥|large_yellow_circle 🟡|large_yellow_square 🟨
large_green_square 🟩|ledger 📒|link 🔗|lock 🔒|loudspeaker 📢|mag 🔍|mag_right 🔎|mailbox 📫|man-shrugging 🤷‍♂️
mega 📣|memo 📝|microscope 🔬|moneybag 💰|moon 🌔|muscle 💪|mute 🔇|neutral_face 😐|new 🆕|newspaper 📰
no_bell 🔕|no_entry ⛔|no_entry_sign 🚫|ok 🆗|ok_hand 👌|old_key 🗝️|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣
five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|open_file_folder 📂|outbox_tray 📤|package 📦|page_facing_up 📄
pager 📟|paperclip 📎|party_popper 🎉|pause_button ⏸️|pencil 📝|pencil2 ✏️|point_down 👇|point_left 👈
point_right 👉|point_up ☝️|postbox 📮|pray 🙏|pushpin 📌|question ❓|rage 😡|rainbow 🌈|raised_hands 🙌
raising_hand 🙋|recycle ♻️|red_circle 🔴|relaxed ☺️|repeat 🔁|rewind ⏪|robot_face 🤖|rocket 🚀
rotating_light 🚨|round_pushpin 📍|runner 🏃|satellite_antenna 📡|scroll 📜|see_no_evil 🙈|seedling 🌱
shield 🛡️|ship 🚢|shrug 🤷|siren 🚨|skull 💀|slightly_smiling_face 🙂|smile 😄|smiley 😃|snail 🐌
snowflake ❄️|sob 😭|sos 🆘|sparkles ✨|speech_balloon 💬|star ⭐|stop_button ⏹️|stopwatch ⏱️|sunglasses 😎
sunny ☀️|sweat 😓|sweat_smile 😅|tada 🎉|telephone_receiver 📞|telescope 🔭|test_tube 🧪|thinking_face 🤔
ticket 🎫|timer_clock ⏲️|triangular_flag_on_post 🚩|turtle 🐢|unlock 🔓|upside_down_face 🙃
vertical_traffic_light 🚦|warning ⚠️|wastebasket 🗑️|wave 👋|weary 😩|white_check_mark ✅|white_circle ⚪
white_large_square ⬜|wink 😉|wrench 🔧|writing_hand ✍️|x ❌|yum 😋|zap ⚡|zzz 💤
`;

/** @type {Map<string, string>} short name -> characters */
export const EMOJI = new Map(
  TABLE.trim()
    .split(/[|\n]/)
    .map((entry) => /** @type {[string, string]} */ (entry.split(" "))),
);

/** Those offered first when somebody reacts. */
export const COMMON = [
  "+1",
  "white_check_mark",
  "eyes",
  "tada",
  "heart",
  "pray",
  "rotating_light",
  "thinking_face",
  "raised_hands",
  "fire",
  "rocket",
  "x",
  "hourglass_flowing_sand",
  "warning",
  "key",
  "wave",
];

/**
 * The characters of a short name; an unknown name stays as it is written.
 *
 * @param {string} name without colons; a `::skin-tone-n` suffix is left out
 */
export function emoji(name) {
  return EMOJI.get(name.split("::")[0]) ?? `:${name}:`;
}

/** Replaces `:name:` in plain text. @param {string} text */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+)(::skin-tone-[2-6])?:/g, (whole, name) => EMOJI.get(name) ?? whole);
}
