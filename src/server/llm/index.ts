export { lastUserText, localModel, type LocalPart } from './local-model';
export { BUILTIN_MODEL, createModels, EXTERNAL_MODEL, type ChosenModel, type Models } from './models';
export { parseModelId } from './model-id';
export { providerError } from './provider-error';
export { retrying } from './retrying';
export { parseScript, parseScripts, type Script, type ScriptInput, type Scripts } from './scripted/script';
export { countTokens, MESSAGE_OVERHEAD_TOKENS } from './token-count';
export { VENDOR_ORDER, VENDORS } from './vendors';
export { NO_VENDOR_KEYS, type VendorKeys, type VendorKeySource } from './vendor-keys';
